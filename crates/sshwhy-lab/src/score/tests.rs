use serde_json::json;

use super::*;
use crate::root::Root;
use crate::scenario::{OnServer, Plain};

fn scenario(truth: Option<&'static str>) -> Scenario {
    Scenario {
        slug: "made-up",
        broken: "something",
        truth,
        honest: &["firewall-drop", "cloud-nacl"],
        never: &["host-down"],
        args: &["server"],
        server: Root::Machine,
        plain: Plain::Works,
        plain_args: &[],
        on_server: OnServer::Silent,
        server_args: &[],
        set_up: |_| Ok(()),
    }
}

fn check(
    truth: Option<&'static str>,
    causes: &[(&str, f64)],
    needs: usize,
    expected: (Verdict, bool),
) {
    let causes: Vec<_> = causes.iter().map(|(id, p)| json!({"id": id, "probability": p})).collect();
    let needs: Vec<_> = (0..needs).map(|_| json!({})).collect();
    let scored = score(&scenario(truth), &outcome(Some(json!({"causes": causes, "needs": needs}))));
    assert_eq!((scored.verdict, scored.sure_and_wrong), expected, "{truth:?} {causes:?}");
}

fn outcome(report: Option<serde_json::Value>) -> Outcome {
    Outcome {
        slug: "made-up",
        exit: Some(1),
        report,
        stdout: String::new(),
        stderr: String::new(),
        seconds: 3.0,
        connections: 4,
        case: None,
        plain: Some((None, 2.0)),
    }
}

#[test]
fn a_run_without_a_report_is_wrong() {
    let scored = score(&scenario(None), &outcome(None));
    assert_eq!((scored.verdict, scored.first_is_true), (Verdict::Wrong, false));
    let scored = score(&scenario(Some("firewall-drop")), &outcome(Some(json!({"causes": "none"}))));
    assert_eq!(scored.verdict, Verdict::Wrong);
}

#[test]
fn faults() {
    let truth = Some("cloud-security-group");
    check(truth, &[], 1, (Verdict::Wrong, false));
    check(truth, &[("cloud-security-group", 0.6), ("host-down", 0.4)], 0, (Verdict::Right, false));
    check(
        truth,
        &[("firewall-drop", 0.45), ("cloud-security-group", 0.4)],
        1,
        (Verdict::Tie, false),
    );
    // A tie without the observation that would decide is a guess.
    check(
        truth,
        &[("firewall-drop", 0.45), ("cloud-security-group", 0.4)],
        0,
        (Verdict::Wrong, false),
    );
    check(
        truth,
        &[("firewall-drop", 0.95), ("cloud-security-group", 0.05)],
        1,
        (Verdict::Wrong, false),
    );
    // One of the tied ids is not honest.
    check(truth, &[("host-down", 0.4), ("cloud-security-group", 0.4)], 1, (Verdict::Wrong, false));
    check(truth, &[("host-down", 0.95)], 1, (Verdict::Wrong, true));
    check(truth, &[("cloud-nacl", 0.95)], 1, (Verdict::Wrong, false));
}

#[test]
fn controls() {
    check(None, &[], 0, (Verdict::Right, false));
    check(None, &[("host-down", 0.4)], 0, (Verdict::Right, false));
    check(None, &[("host-down", 0.5)], 0, (Verdict::Wrong, false));
    check(None, &[("host-down", 0.9)], 0, (Verdict::Wrong, true));
}

#[test]
fn exit_codes_keep_their_promise() {
    let check = |truth, stage: Option<&str>, causes: &[f64], exit, kept: bool| {
        let causes: Vec<_> = causes.iter().map(|p| json!({"id": "x", "probability": p})).collect();
        let report = Some(json!({"stage": stage, "causes": causes}));
        let scored = score(&scenario(truth), &Outcome { exit, ..outcome(report) });
        assert_eq!(scored.broken_promise.is_none(), kept, "{stage:?} {causes:?} {exit:?}");
    };
    let (fault, broke) = (Some("x"), Some("connect"));
    check(None, None, &[], Some(0), true);
    check(None, None, &[], Some(1), false);
    check(None, None, &[], None, false);
    // A host that works is healthy, whatever the report says.
    check(None, broke, &[], Some(3), false);
    check(None, broke, &[], Some(0), true);
    check(fault, None, &[], Some(0), true);
    check(fault, None, &[], Some(3), false);
    check(fault, broke, &[0.75, 0.18], Some(1), true);
    check(fault, broke, &[0.75, 0.18], Some(3), false);
    check(fault, broke, &[0.75, 0.2], Some(3), true);
    check(fault, broke, &[0.75, 0.2], Some(1), false);
    check(fault, broke, &[0.7], Some(3), true);
    check(fault, broke, &[0.7], Some(1), false);
    check(fault, broke, &[], Some(3), true);
    check(fault, broke, &[], Some(0), false);
    let failed = score(&scenario(None), &Outcome { exit: Some(2), ..outcome(None) });
    assert_eq!(failed.broken_promise.as_deref(), Some("exit 2 without a report"));
}

#[test]
fn what_must_not_be_said_is_seen() {
    let report = json!({"causes": [{"id": "host-down", "probability": 0.5}], "needs": []});
    let scored = score(&scenario(Some("no-route")), &outcome(Some(report)));
    assert_eq!(scored.forbidden.as_deref(), Some("host-down"));
    assert_eq!(scored.ratio, Some(1.5));
}

#[test]
fn brier_rewards_honesty() {
    let check = |truth: Option<&'static str>, causes: serde_json::Value, expected: f64| {
        let scored = score(&scenario(truth), &outcome(Some(json!({ "causes": causes }))));
        assert!((brier(&[scored]) - expected).abs() < 1e-9, "{truth:?} {causes}");
    };
    let said = |id: &str, probability: f64| json!([{"id": id, "probability": probability}]);
    check(Some("no-route"), said("no-route", 1.0), 0.0);
    check(Some("no-route"), said("no-route", 0.5), 0.125);
    check(Some("no-route"), said("host-down", 1.0), 1.0);
    check(Some("no-route"), json!([]), 1.0);
    check(None, json!([]), 0.0);
    check(None, said("host-down", 1.0), 1.0);
    check(None, said("host-down", 0.1), 0.01);
    assert!((brier(&[score(&scenario(None), &outcome(None))]) - 1.0).abs() < 1e-9);
}

#[test]
fn the_table_counts() {
    let report = json!({"causes": [{"id": "no-route", "probability": 0.97}]});
    let right = score(&scenario(Some("no-route")), &outcome(Some(report)));
    let text = table(&[right]);
    for part in
        ["1 right, 0 honest ties, 0 wrong of 1 (100.0 %)", "Brier score 0.000", "0.95 – 1.00"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}
