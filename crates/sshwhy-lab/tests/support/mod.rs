//! What the lab's tests share.

use sshwhy_lab::install;

/// Whether the lab can run. Root without the packages is a failure: `cargo xtask test` installs
/// them.
#[allow(clippy::print_stderr, reason = "a test that cannot run says so with a word")]
pub(crate) fn ready() -> bool {
    let root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.contains("Uid:\t0\t0"));
    if !root {
        eprintln!("skipped: not root");
        return false;
    }
    assert_eq!(install::missing(), Vec::<&str>::new(), "packages of the lab are missing");
    true
}
