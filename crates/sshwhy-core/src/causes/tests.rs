//! The guards of the catalogue: rules about entries are tests, not review comments.

use std::collections::BTreeSet;

use super::*;

#[test]
fn ids_are_unique_kebab_case_and_equal_the_file_name() {
    let mut seen = BTreeSet::new();
    for cause in CAUSES {
        assert!(seen.insert(cause.id), "{} is listed twice", cause.id);
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(cause.id.chars().all(kebab), "{}", cause.id);
        let name = cause.file.rsplit('/').next().unwrap().trim_end_matches(".rs");
        assert_eq!(name, cause.id.replace('-', "_"), "{}", cause.file);
    }
}

#[test]
fn titles_are_short_lowercase_and_without_a_full_stop() {
    for cause in CAUSES {
        let word = cause.title.split(' ').next().unwrap();
        let name = word.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit());
        assert!(name || word.starts_with(|c: char| !c.is_uppercase()), "{}", cause.title);
        assert!(!cause.title.ends_with('.') && cause.title.len() <= 72, "{}", cause.title);
        assert!(!cause.remedy.is_empty() && !cause.remedy.ends_with('.'), "{}", cause.remedy);
    }
}

#[test]
fn documentation_has_its_sections_in_order_and_none_is_empty() {
    for cause in CAUSES {
        let documentation = cause.documentation();
        let mut sections = documentation.split("\n## ");
        let first = sections.next().unwrap();
        let first = first.trim_start().strip_prefix("## ");
        let all: Vec<&str> = first.into_iter().chain(sections).collect();
        let titles: Vec<&str> = all.iter().map(|s| s.lines().next().unwrap().trim()).collect();
        assert_eq!(titles, SECTIONS, "{}", cause.id);
        for section in all {
            assert!(section.lines().skip(1).any(|l| l.trim().len() > 3), "{}: {section}", cause.id);
        }
    }
}

#[test]
fn documentation_names_only_causes_that_exist() {
    for cause in CAUSES {
        for word in cause.doc_comment.split('`').skip(1).step_by(2) {
            let kebab =
                word.contains('-') && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            let option = word.starts_with('-');
            if kebab && !option && find(word).is_none() {
                assert!(NOT_CAUSES.contains(&word), "{}: `{word}` is no cause", cause.id);
            }
        }
    }
}

/// Words in back-ticks that look like an id and are something else.
const NOT_CAUSES: &[&str] = &[
    "fail2ban-client",
    "host-prohibited",
    "icmp-host-prohibited",
    "icmp-port-unreachable",
    "internal-sftp",
    "iptables-save",
    "net-unreachable",
    "no-port-forwarding",
    "no-pty",
    "openssh-server",
    "ssh-add",
    "ssh-copy-id",
    "ssh-dss",
    "ssh-keygen",
    "ssh-keyscan",
    "ssh-rsa",
    "sshd-auth",
    "sshd-session",
    "systemd-logind",
    "tcp-reset",
];

#[test]
fn a_cause_predicts_something_at_its_stage_and_nothing_beyond() {
    for cause in CAUSES {
        let stages = || cause.predictions.iter().map(|p| p.answer.question().stage());
        assert!(!cause.predictions.is_empty(), "{}", cause.id);
        assert!(stages().all(|s| s <= cause.stage), "{} predicts beyond its stage", cause.id);
    }
}

#[test]
fn predictions_of_one_question_stand_together_and_differ_from_health() {
    for cause in CAUSES {
        let mut answers = BTreeSet::new();
        for prediction in cause.predictions {
            assert!(answers.insert(prediction.answer), "{}: {:?}", cause.id, prediction.answer);
        }
        for answer in cause.shown_by {
            let healthy = answer.question().healthy();
            let sound =
                healthy.iter().any(|p| p.answer == *answer && p.frequency.probability() > 0.9);
            assert!(!sound, "{}: {answer:?} is what a sound host answers", cause.id);
        }
    }
}
