#![no_main]

use sshwhy_core::evaluate::sshd::{Config, Connection, Files};

/// A file that all patterns stand for.
struct One(String);

impl Files for One {
    fn expand(&self, _: &str) -> Vec<String> {
        vec!["itself".to_owned()]
    }

    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data).into_owned();
    let _ = sshwhy_core::evaluate::sshd::lists_address(&text, [10, 1, 2, 3].into());
    let _ = sshwhy_core::evaluate::sshd::list_address(&text, [10, 1, 2, 3].into());
    let config = Config::load("main", &One(text));
    let effective = config.effective(&Connection::default());
    let _ = (sshwhy_core::evaluate::sshd_policy::answers(&effective), config.problems());
});
