#![no_main]

use std::collections::BTreeMap;

use sshwhy_core::evaluate::pam::{Answered, Stack, judge};
use sshwhy_core::evaluate::pam_module::{self, Subject, succeed_if};
use sshwhy_core::parse::pam::Kind;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (main, other) = text.split_once('\0').unwrap_or((text, text));
    let _ = sshwhy_core::evaluate::pam::included("/etc/pam.d/sshd", main);
    let files = BTreeMap::from(
        [("sshd", main), ("other", other)].map(|(n, t)| (format!("/etc/pam.d/{n}"), t.to_owned())),
    );
    let stack = Stack::assemble(&["/etc/pam.d/sshd"], Kind::Account, &files);
    let modules = stack.rules.iter().map(|rule| rule.module.as_ref());
    let subject = Subject {
        user: "alice".to_owned(),
        uid: 1500,
        gid: 1500,
        groups: vec!["staff".to_owned()],
        home: "/home/alice".to_owned(),
        shell: "/bin/sh".to_owned(),
        host: None,
    };
    let answers: Vec<Answered> = modules
        .map(|module| match module {
            Some(module) if module.name.len() % 2 == 0 => succeed_if(&module.arguments, &subject),
            Some(module) => pam_module::listfile(&module.arguments, Some(other), &subject),
            None => Answered::Result("abort", String::new()),
        })
        .collect();
    let _ = (judge(&stack, &answers), sshwhy_core::parse::pam::lines(text));
});
