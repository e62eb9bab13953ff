use sshwhy_core::causes;

use super::*;

#[test]
fn slugs_are_unique_and_kebab_case() {
    let mut slugs: Vec<_> = ALL.iter().map(|scenario| scenario.slug).collect();
    slugs.sort_unstable();
    assert!(slugs.windows(2).all(|pair| pair[0] != pair[1]), "{slugs:?}");
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    assert!(slugs.iter().all(|slug| slug.chars().all(allowed)), "{slugs:?}");
}

#[test]
fn what_must_not_be_said_is_not_honest_either() {
    for scenario in ALL {
        let said = scenario.never.iter().find(|id| scenario.allows(id));
        assert_eq!(said, None, "{}", scenario.slug);
    }
}

#[test]
fn controls_work_and_name_no_cause() {
    for scenario in ALL.iter().filter(|scenario| scenario.truth.is_none()) {
        assert_eq!(scenario.plain, Plain::Works, "{}", scenario.slug);
        assert!(scenario.honest.is_empty(), "{}", scenario.slug);
    }
}

#[test]
fn scenarios_name_causes_of_the_catalogue() {
    for scenario in ALL {
        for id in scenario.truth.iter().chain(scenario.honest).chain(scenario.never) {
            assert!(causes::find(id).is_some(), "{}: no cause is called {id}", scenario.slug);
        }
    }
}

#[test]
fn every_cause_has_a_scenario_or_a_reason_why_not() {
    for cause in causes::CAUSES {
        let shown = ALL.iter().any(|scenario| scenario.truth == Some(cause.id));
        let absent = ABSENT.iter().any(|(id, _)| *id == cause.id);
        assert!(shown != absent, "{}: scenario {shown}, reason why not {absent}", cause.id);
    }
    for (id, _) in ABSENT {
        assert!(causes::find(id).is_some(), "no cause is called {id}");
    }
}
