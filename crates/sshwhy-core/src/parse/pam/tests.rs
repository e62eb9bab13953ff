//! Lines of PAM files, hostile ones first.

use proptest::prelude::*;

use super::Action;
use super::Kind;
use super::Line;
use super::Module;
use super::lines;

fn module(text: &str) -> Module {
    match lines(text).as_slice() {
        [Line::Module(module)] => module.clone(),
        other => panic!("{text:?}: {other:?}"),
    }
}

#[test]
fn lines_that_libpam_cannot_read() {
    for text in ["", "\n", "# account required pam_deny.so", "   \\\n  "] {
        assert_eq!(lines(text), [], "{text:?}");
    }
    for text in ["acount required pam_deny.so", "@include"] {
        assert_eq!(lines(text), [Line::Bad(1, Kind::Auth)], "{text:?}");
    }
    for text in [
        "account",
        "account required",
        "account require pam_deny.so",
        "account [success=1 pam_deny.so",
        "account [success] pam_deny.so",
        "account [success=maybe] pam_deny.so",
    ] {
        assert_eq!(lines(text), [Line::Bad(1, Kind::Account)], "{text:?}");
    }
}

#[test]
fn controls() {
    let check = |control: &str, result: &'static str, expected: Action| {
        let module = module(&format!("account {control} pam_x.so"));
        assert_eq!(module.control.action(result), expected, "{control} {result}");
    };
    check("required", "success", Action::Ok);
    check("required", "ignore", Action::Ignore);
    check("required", "perm_denied", Action::Bad);
    check("Requisite", "perm_denied", Action::Die);
    check("sufficient", "success", Action::Done);
    check("sufficient", "perm_denied", Action::Ignore);
    check("optional", "ignore", Action::Ignore);
    check("[success=2 default=ignore]", "success", Action::Jump(2));
    check("[success=2 default=ignore]", "perm_denied", Action::Ignore);
    check("[success=ok]", "perm_denied", Action::Bad);
    check("[default=bad success=ok success=done]", "success", Action::Done);
    check("[success=0]", "success", Action::Ignore);
}

#[test]
fn modules_and_includes() {
    let found = module("-Account\trequired \\\n /lib/security/pam_x.so a=b [c d\\] e] # no");
    assert_eq!((found.line, found.kind, found.name.as_str()), (1, Kind::Account, "pam_x.so"));
    assert_eq!(found.arguments, ["a=b", "c d] e"]);
    let check = |text: &str, kind: Option<Kind>, is_substack: bool, file: &str| match lines(text)
        .as_slice()
    {
        [Line::Include(include)] => {
            let found = (include.kind, include.is_substack, include.file.as_str());
            assert_eq!(found, (kind, is_substack, file), "{text}");
        }
        other => panic!("{text:?}: {other:?}"),
    };
    check("@include common-account", None, false, "common-account");
    check("auth include system-auth", Some(Kind::Auth), false, "system-auth");
    check("account substack password-auth", Some(Kind::Account), true, "password-auth");
}

proptest! {
    #[test]
    fn no_text_panics(text in "(account |auth |required |\\[|\\]|=|\\\\|\n|@include |\\PC){0,30}") {
        let _ = lines(&text);
    }
}
