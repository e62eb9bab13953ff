use super::*;
use crate::evaluate::filter::iptables::RuleSet;
use crate::evaluate::filter::iptables::world::World;
use crate::parse::iptables_save::parse_iptables_save;

fn flow() -> Flow {
    Flow {
        source: "192.0.2.7".parse().unwrap(),
        source_port: None,
        destination: "10.0.0.1".parse().unwrap(),
        port: 22,
        interface: Some("eth0".to_owned()),
    }
}

fn world() -> World {
    World { addresses: Some(vec!["10.0.0.1".parse().unwrap()]), ..World::default() }
}

fn judged(text: &str) -> FlowVerdict {
    let (set, world) = (RuleSet::new("iptables", parse_iptables_save(text)), world());
    let judge = |hook, packet: &Packet| set.judge(packet, hook, &world);
    judge_flow(&judge, &|address| world.is_local(address) == Some(true), &flow())
}

#[track_caller]
fn check(text: &str, expected: ServerFilter, moment: Moment, rule: &str) {
    let verdict = judged(text);
    match &verdict.outcome {
        Outcome::Admits(_) => {
            let by = verdict.admitted_by().map_or(String::new(), place);
            assert_eq!(
                (ServerFilter::Admits, verdict.moment, by.as_str()),
                (expected, moment, rule)
            );
        }
        Outcome::Stops(answer, stop) => {
            let place = place(&stop.rule);
            assert_eq!((*answer, verdict.moment, place.as_str()), (expected, moment, rule));
        }
        Outcome::Depends(unknown) => panic!("{unknown:?}"),
    }
}

fn filter(rules: &str) -> String {
    format!(
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n{rules}\nCOMMIT\n"
    )
}

#[test]
fn each_packet_can_be_stopped() {
    use Moment::{Banner, Hello, Syn, SynAck};
    use ServerFilter::{Admits, Drops, DropsEstablished, Rejects, Resets};
    check("", Admits, Syn, "");
    let ssh = "-A INPUT -p tcp -m tcp --dport 22";
    check(&filter(&format!("{ssh} -j ACCEPT")), Admits, Syn, "iptables filter INPUT rule 1");
    check(&filter(&format!("{ssh} -j DROP")), Drops, Syn, "iptables filter INPUT rule 1");
    check(&filter(&format!("{ssh} -j REJECT")), Rejects, Syn, "iptables filter INPUT rule 1");
    let reset = format!("{ssh} -j REJECT --reject-with tcp-reset");
    check(&filter(&reset), Resets, Syn, "iptables filter INPUT rule 1");
    let out = "-A OUTPUT -p tcp -m tcp --sport 22 -m conntrack --ctstate ESTABLISHED -j REJECT --reject-with tcp-reset";
    check(&filter(out), Drops, SynAck, "iptables filter OUTPUT rule 1");
    let only_new = format!("{ssh} -m conntrack ! --ctstate NEW -j DROP");
    check(&filter(&only_new), DropsEstablished, Hello, "iptables filter INPUT rule 1");
    let text =
        format!("{ssh} -m string --string SSH-2 --algo bm -j REJECT --reject-with tcp-reset");
    check(&filter(&text), Resets, Hello, "iptables filter INPUT rule 1");
    let banner = "-A OUTPUT -p tcp -m tcp --tcp-flags PSH PSH -j DROP";
    check(&filter(banner), DropsEstablished, Banner, "iptables filter OUTPUT rule 1");
}

#[test]
fn a_filter_without_an_established_rule_needs_its_port_rule_for_every_packet() {
    let text = "*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
        -A INPUT -p tcp -m tcp --dport 22 -m state --state NEW -j ACCEPT\nCOMMIT\n";
    check(text, ServerFilter::DropsEstablished, Moment::Hello, "iptables filter INPUT");
}

#[test]
fn what_is_not_tracked_is_not_established() {
    let text = "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -p tcp --dport 22 -j NOTRACK\nCOMMIT\n\
        *filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT\nCOMMIT\n";
    check(text, ServerFilter::Drops, Moment::Syn, "iptables filter INPUT");
}

#[test]
fn a_redirected_connection_is_judged_by_its_new_port() {
    let text = "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 2222\nCOMMIT\n\
        *filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n";
    check(text, ServerFilter::Drops, Moment::Syn, "iptables filter INPUT");
    let verdict = judged(text);
    assert_eq!(verdict.receiver, Some(("10.0.0.1".parse().unwrap(), Some(2222))));
    let open = text.replace("--dport 22 -j ACCEPT", "--dport 2222 -j ACCEPT");
    check(&open, ServerFilter::Admits, Moment::Syn, "iptables filter INPUT rule 1");
}

#[test]
fn a_connection_for_another_host_is_forwarded() {
    let text = "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp --dport 22 -j DNAT --to-destination 172.17.0.2:22\nCOMMIT\n\
        *filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n-A FORWARD -d 172.17.0.2 -p tcp --dport 22 -j REJECT\nCOMMIT\n";
    check(text, ServerFilter::Rejects, Moment::Syn, "iptables filter FORWARD rule 1");
}

#[test]
fn what_cannot_be_known_is_said_unless_something_else_stops_it() {
    let limit = "-A INPUT -p tcp --dport 22 -m limit --limit 3/min -j ACCEPT\n-A INPUT -j DROP";
    let Outcome::Depends(unknown) = judged(&filter(limit)).outcome else { panic!() };
    assert_eq!(unknown.rule.number, Some(1));
    assert_eq!(*unknown.if_matches, Verdict::Pass);
    assert!(matches!(*unknown.if_not, Verdict::Stop(Stop { action: Action::Drop, .. })));
    let out = format!("{limit}\n-A OUTPUT -p tcp --sport 22 -j DROP");
    check(&filter(&out), ServerFilter::Drops, Moment::SynAck, "iptables filter OUTPUT rule 1");
}

#[test]
fn any_of_several_rule_sets_stops_and_the_earliest_is_named() {
    let world = world();
    let open = filter("-A INPUT -p tcp --dport 22 -j ACCEPT");
    let closed = filter("-A INPUT -p tcp --dport 22 -j DROP");
    let early =
        "*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n";
    let set = |tool, text| RuleSet::new(tool, parse_iptables_save(text));
    let named = |sets: Vec<RuleSet<'_>>| {
        let world = &world;
        let judges = sets.into_iter().map(|set| {
            let judge: Box<Judge<'_>> =
                Box::new(move |hook, packet| set.judge(packet, hook, world));
            judge
        });
        let verdict = judge_flow(&*together(judges.collect()), &|_| true, &flow());
        match verdict.outcome {
            Outcome::Stops(_, stop) => stop.rule.tool,
            _ => "",
        }
    };
    assert_eq!(named(vec![set("iptables", &open), set("iptables-legacy", &open)]), "");
    assert_eq!(
        named(vec![set("iptables", &open), set("iptables-legacy", &closed)]),
        "iptables-legacy"
    );
    assert_eq!(named(vec![set("iptables", &closed), set("iptables-legacy", &open)]), "iptables");
    assert_eq!(
        named(vec![set("iptables", &closed), set("iptables-legacy", early)]),
        "iptables-legacy"
    );
}
