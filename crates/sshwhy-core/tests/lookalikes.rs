//! Look-alikes: what a client sees, and what may honestly be said of it.
//!
//! A row fails when something is claimed that the evidence cannot show, or when evidence that
//! decides is not enough.

use sshwhy_core::model::evidence::Evidence;
use sshwhy_core::model::evidence::Observation;
use sshwhy_core::model::question::*;
use sshwhy_core::reason::diagnose;

/// What may be said.
enum Says {
    /// This cause alone.
    Is(&'static str),
    /// This cause first, others being possible.
    First(&'static str),
    /// One of these, none of them claimed, and what would decide is named.
    Among(&'static [&'static str]),
}

use Says::Among;
use Says::First;
use Says::Is;

/// A cause of a tie has at least this probability.
const IN_THE_TIE: f64 = 0.07;

fn check(row: &str, seen: &[Answer], expected: &Says) {
    let evidence: Evidence = seen
        .iter()
        .map(|answer| Observation {
            answer: *answer,
            source: "test".to_owned(),
            at: 0.0,
            text: String::new(),
        })
        .collect();
    let diagnosis = diagnose(&evidence);
    let said: Vec<String> =
        diagnosis.causes.iter().take(6).map(|c| format!("{} {:.3}", c.id, c.probability)).collect();
    let shown = format!(
        "{row}: {said:?} healthy {:.3} unlisted {:.3}",
        diagnosis.healthy, diagnosis.unlisted
    );
    let first = diagnosis.causes.first().map_or("nothing", |c| c.id);
    match expected {
        Is(id) => assert!(first == *id && diagnosis.singled_out, "{shown}"),
        First(id) => assert!(first == *id, "{shown}"),
        Among(ids) => {
            assert!(!diagnosis.singled_out && !diagnosis.needs.is_empty(), "{shown}");
            assert!(ids.contains(&first), "{shown}");
            for id in *ids {
                let cause = diagnosis.causes.iter().find(|c| c.id == *id);
                assert!(cause.is_some_and(|c| c.probability >= IN_THE_TIE), "{id} in {shown}");
            }
        }
    }
}

macro_rules! rows {
    ($($test:ident { $($row:literal: $($question:ident::$answer:ident),+ => $expected:expr;)+ })+) => {
        $(#[test]
        fn $test() {
            $(check($row, &[$($question::$answer.into()),+], &$expected);)+
        })+
    };
}

rows! {
    what_fails_before_a_packet_leaves {
        "an option that ssh does not know": ClientConfig::BadOption => Is("client-config-error");
        "libraries that do not fit": ClientConfig::Valid, SshProgram::LibraryMismatch
            => Is("library-version-mismatch");
        "a proxy command that is missing": ClientConfig::Valid, Proxy::CommandFails
            => Is("proxy-command-failed");
        "a jump host that forbids": ClientConfig::Valid, Proxy::ForwardDenied
            => Is("jump-host-forward-denied");
        "a jump host that cannot reach the target": ClientConfig::Valid, Proxy::TargetFails
            => Is("jump-host-forward-denied");
        "no such name": SystemLookup::NoSuchName, NameServer::NoSuchName => Is("dns-failure");
        "a resolver that says nothing": SystemLookup::TryAgain, LookupTime::Slow, NameServer::Silent
            => Is("dns-failure");
        "a key that others can read": Connect::Established, Hello::Identification, KexInit::Received,
            KexReply::Received, HostKey::Known, KeyFiles::TooOpen, Login::Denied, KeyOutcome::Ignored
            => Is("key-permissions");
        "a key that is damaged": Connect::Established, Hello::Identification, KexInit::Received,
            KexReply::Received, HostKey::Known, KeyFiles::Malformed, Login::Denied,
            KeyOutcome::Malformed => Is("key-file-malformed");
        "a key not meant for this address": Connect::Established, Hello::Identification,
            KexInit::Received, KexReply::Received, HostKey::Known, Login::Denied,
            KeyOutcome::SourceRefused => Is("source-address-mismatch");
        "no route in the table": Route::Missing, Connect::Unreachable => Is("no-route");
        "a prohibit route": Route::Prohibited, Connect::LocalDenied => Is("no-route");
        "an unreachable route": Route::Unreachable, Connect::Unreachable => Is("no-route");
        "a local rule that drops, seen by root": AddressKind::Private, Route::Exists,
            LocalSend::Fails, LocalFilter::Stops, Connect::Silent => Is("local-firewall");
        "a local rule that drops, by the counter": AddressKind::Private, Route::Exists,
            LocalSend::Fails, Connect::Silent, OtherPort::Refused => Is("local-firewall");
        "a local rule that rejects": Route::Exists, Connect::PortUnreachable, IcmpSender::OwnHost,
            RefusalSpeed::TooFast => Is("local-firewall");
    }

    what_refuses {
        "a reset to our SYN": Route::Exists, Connect::Reset, RefusalSpeed::RoundTrip, Repeat::Same
            => Among(&["no-listener", "sshd-listens-elsewhere", "firewall-tcp-reset"]);
        "a reset, other ports closed too": Connect::Reset, RefusalSpeed::RoundTrip, Repeat::Same,
            OtherPort::Refused
            => Among(&["no-listener", "sshd-listens-elsewhere", "firewall-tcp-reset"]);
        "a reset, and the other family works": Connect::Reset, RefusalSpeed::RoundTrip,
            OtherFamily::Works, Listener::Elsewhere => Is("sshd-listens-elsewhere");
        "a reset, and nothing listens": Connect::Reset, Listener::Nothing, ServerFilter::Admits,
            ServerLog::Nothing => Is("no-listener");
        "a reset, and a rule resets": Connect::Reset, Listener::Listens, ServerFilter::Resets
            => Is("firewall-tcp-reset");
        "a reset, and the log names a line": Connect::Reset, Listener::Nothing,
            ServerLog::ConfigError => Is("sshd-config-error");
        "a reset after a few that worked": Connect::Reset, OtherPort::Refused,
            Repeat::FailsAfterSome => Is("rate-limit-rule");
        "port unreachable from the target, this port only": Connect::PortUnreachable,
            IcmpSender::Target, OtherPort::Refused, Repeat::Same
            => Among(&["fail2ban-ban", "firewall-reject", "rate-limit-rule"]);
        "port unreachable on every port": Connect::PortUnreachable, IcmpSender::Target,
            OtherPort::Rejected, Repeat::Same => Among(&["fail2ban-ban", "firewall-reject"]);
        "port unreachable, and banned": Connect::PortUnreachable, IcmpSender::Target, Ban::Fail2ban
            => Is("fail2ban-ban");
        "administratively prohibited by the target": Connect::AdminProhibited, IcmpSender::Target,
            RefusalSpeed::RoundTrip => Is("firewall-reject");
        "administratively prohibited by a router": Connect::AdminProhibited, IcmpSender::Router,
            OtherPort::Refused => Is("firewall-reject");
        "host unreachable from the target": Connect::HostUnreachable, IcmpSender::Target,
            OtherPort::Refused, Echo::Replies => First("firewall-reject");
        "network unreachable from the target": Connect::NetUnreachable, IcmpSender::Target,
            OtherPort::Refused, Echo::Replies => First("firewall-reject");
        "protocol unreachable": Connect::OtherIcmp, IcmpSender::Target => First("firewall-reject");
        "host unreachable from a router": Route::Exists, Connect::HostUnreachable,
            IcmpSender::Router, OtherPort::Rejected, Echo::Unreachable
            => Among(&["host-down", "no-route"]);
        "nobody answers ARP": Route::Exists, Connect::NeighbourFailed => First("host-down");
    }

    what_is_silent {
        "only silence, a public address": AddressKind::Public, Route::Exists, LocalSend::Leaves,
            Connect::Silent, OtherPort::Silent, Echo::Silent, Dscp::Same
            => Among(&["firewall-drop", "host-down", "cloud-security-group"]);
        "only silence, a private address": AddressKind::Private, Route::Exists, LocalSend::Leaves,
            Connect::Silent, OtherPort::Silent, Echo::Silent, Dscp::Same
            => Among(&["firewall-drop", "host-down", "asymmetric-route"]);
        "this port only": AddressKind::Private, Connect::Silent, OtherPort::Refused, Echo::Replies,
            Dscp::Same, Repeat::Same => Among(&["firewall-drop", "syn-backlog-overflow"]);
        "this port only, and the queue is full": Connect::Silent, OtherPort::Refused, Echo::Replies,
            Listener::QueueFull => Is("syn-backlog-overflow");
        "every TCP port, and a ping is answered": AddressKind::Private, Connect::Silent,
            OtherPort::Silent, Echo::Replies, Dscp::Same => First("firewall-drop");
        "an unmarked SYN passes": Connect::Silent, OtherPort::Refused, Echo::Replies, Dscp::Helps
            => Is("ipqos-dscp");
        "the SYN does not arrive, and the group has no rule": AddressKind::Public, Connect::Silent,
            OtherPort::Silent, SynArrives::DoesNotArrive, CloudFilter::GroupDenies
            => Is("cloud-security-group");
        "the subnet stops it": Connect::Silent, CloudFilter::SubnetDenies => First("cloud-nacl");
        "the subnet has no way": Connect::Silent, CloudFilter::NoRoute => First("cloud-route");
        "a rule drops": Connect::Silent, ServerFilter::Drops, SynArrives::Arrives, Ban::Free
            => First("firewall-drop");
        "the unit denies": Connect::Silent, ServerFilter::UnitDenies => First("unit-ip-deny");
        "banned by another daemon": Connect::Silent, Ban::OtherDaemon => Is("ban-daemon");
        "the table is full": Connect::Silent, Repeat::Mixed, ServerLog::Conntrack
            => Is("conntrack-full");
        "the first address is dead": FirstAddress::FailsSlowly, Connect::Established,
            Hello::Identification => Is("ipv6-broken");
    }

    what_ends_before_the_identification {
        "five seconds": Connect::Established, Hello::Reset, HelloDelay::FiveSeconds,
            SilentHello::Closed, Notice::Nothing => Is("tcp-wrappers-deny");
        "MaxStartups by chance": Connect::Established, Hello::Reset, HelloDelay::AtOnce,
            Notice::MaxStartups, Repeat::Mixed => Is("maxstartups-throttled");
        "MaxStartups, hard": Connect::Established, Hello::Reset, HelloDelay::AtOnce,
            Notice::MaxStartups, SilentHello::Closed, Repeat::Same
            => Among(&["maxstartups-throttled", "per-source-limit"]);
        "a penalty": Connect::Established, Hello::Reset, HelloDelay::AtOnce, Notice::NotAllowedNow,
            SilentHello::Closed, Repeat::Same => First("per-source-penalty");
        "a new server's limit by chance": Connect::Established, Hello::Closed, HelloDelay::AtOnce,
            Notice::NotAllowedNow, Repeat::Mixed => Is("maxstartups-throttled");
        "the log names the source": Connect::Established, Hello::Reset, HelloDelay::AtOnce,
            Notice::MaxStartups, ServerLog::SourceLimit => Is("per-source-limit");
        "a reset on our words": Connect::Established, Hello::Reset, HelloDelay::AtOnce,
            SilentHello::Identification, OddHello::Reset, Repeat::Same => First("middlebox-reset");
        "a reset on SSH's words": Connect::Established, Hello::Reset, HelloDelay::AtOnce,
            SilentHello::Identification, OddHello::Complains, Repeat::Same
            => First("middlebox-reset");
        "a reset on the server's words": Connect::Established, Hello::Reset, HelloDelay::AtOnce,
            Notice::Nothing, SilentHello::Reset, OddHello::Reset, Repeat::Same,
            FastestEnd::Possible
            => First("middlebox-reset");
        "a balancer that resets": Connect::Established, Hello::Reset, HelloDelay::AtOnce,
            Notice::Nothing, SilentHello::Reset, OddHello::Reset, Repeat::Same,
            FastestEnd::TooFast => First("load-balancer-reset");
        "a forwarder that closes": Connect::Established, Hello::Reset, HelloDelay::AtOnce,
            Notice::Nothing, SilentHello::Closed, OddHello::Reset, Repeat::Same,
            FastestEnd::TooFast => Among(&["load-balancer-reset", "resource-exhausted"]);
        "a child that dies": Connect::Established, Hello::Reset, HelloDelay::AtOnce,
            Notice::Nothing, SilentHello::Closed, OddHello::Reset, Repeat::Same,
            FastestEnd::Possible
            => Among(&["sshd-crash", "sshd-helper-missing", "privsep-dir-missing"]);
        "a child that dies, and the log tells": Connect::Established, Hello::Reset,
            HelloDelay::AtOnce, Notice::Nothing, SilentHello::Closed, ServerLog::PrivsepDir
            => Is("privsep-dir-missing");
        "no descriptors": Connect::Established, Hello::Reset, HelloDelay::AtOnce, Notice::Nothing,
            SilentHello::Closed, ServerLog::Resources => Is("resource-exhausted");
    }

    what_opens_and_stays_silent {
        "acknowledged, then silence": Connect::Established, Hello::Silent, HelloAcked::Acked,
            SilentHello::Silent, OddHello::Silent, Repeat::Same
            => Among(&["sshd-hung", "wrong-service-on-port", "middlebox-drop"]);
        "acknowledged, and the listener is stopped": Connect::Established, Hello::Silent,
            HelloAcked::Acked, SilentHello::Silent, Listener::Stopped => Is("sshd-hung");
        "never acknowledged": Connect::Established, Hello::Silent, HelloAcked::NotAcked,
            SilentHello::Silent, OddHello::Silent, Repeat::Same
            => Among(&["firewall-drops-established", "middlebox-drop"]);
        "never acknowledged, unlike a line that is not SSH": Connect::Established, Hello::Silent,
            HelloAcked::NotAcked, SilentHello::Silent, OddHello::Silent, OddAcked::OnlyThat,
            Repeat::Same => Is("dpi-block");
        "never acknowledged, and a rule drops": Connect::Established, Hello::Silent,
            HelloAcked::NotAcked, ServerFilter::DropsEstablished => Is("firewall-drops-established");
        "silence gets an identification": Connect::Established, Hello::Silent, HelloAcked::NotAcked,
            SilentHello::Identification, OddHello::Complains, Repeat::Same => Is("dpi-block");
        "only our identification is lost": Connect::Established, Hello::Identification,
            KexInit::Silent, HelloAcked::NotAcked,
            Unacked::Everything, SmallSegments::Same => Is("dpi-block");
    }

    what_the_name_leads_to {
        "another key, on record for nobody": Connect::Established, Hello::Identification,
            KexInit::Received, KexReply::Received, LookupAgreement::Agree, HostKey::Changed,
            KeyElsewhere::No => Is("host-key-changed");
        "the key of another host": Connect::Established, Hello::Identification, KexInit::Received,
            KexReply::Received, LookupAgreement::Agree, HostKey::Changed, KeyElsewhere::Yes
            => Among(&["dns-wrong-address", "host-key-changed"]);
        "the hosts file names another address": LookupAgreement::HostsFileDiffers,
            Connect::Established, Hello::Identification, HostKey::Changed, KeyElsewhere::Yes
            => Is("dns-wrong-address");
    }

    what_is_not_ssh {
        "a web server": Connect::Established, OtherPort::Refused, Hello::OtherService,
            ForeignService::Http, SilentHello::Silent => First("wrong-service-on-port");
        "a web page on every port": Connect::Established, OtherPort::Open, Hello::OtherService,
            ForeignService::Http, SilentHello::Silent => Is("captive-portal");
        "a mail server": Connect::Established, Hello::OtherService, ForeignService::Mail,
            SilentHello::OtherService => Is("wrong-service-on-port");
        "another program has the port": Connect::Established, Hello::OtherService,
            Listener::OtherProgram, ServerLog::BindFailed => Is("port-in-use");
        "an identification without a version": Connect::Established, Hello::Malformed,
            SilentHello::Identification => Is("invalid-server-banner");
        "protocol 1": Connect::Established, Hello::OldProtocol => Is("protocol-version-mismatch");
        "an invented address": AddressKind::FakeIp, Connect::Established, OtherPort::Open,
            Hello::Closed, HelloDelay::AtOnce, Notice::Nothing => Is("local-proxy-blocks-ssh");
    }
}

rows! {
    bans_and_their_rules {
        "fail2ban rejects": Ban::Fail2ban, ServerFilter::Rejects => Is("fail2ban-ban");
        "fail2ban drops": Ban::Fail2ban, ServerFilter::Drops => Is("fail2ban-ban");
        "fail2ban resets": Ban::Fail2ban, ServerFilter::Resets => Is("fail2ban-ban");
        "fail2ban by another way": Ban::Fail2ban, ServerFilter::Admits => Is("fail2ban-ban");
        "another daemon drops": Ban::OtherDaemon, ServerFilter::Drops => Is("ban-daemon");
        "another daemon rejects": Ban::OtherDaemon, ServerFilter::Rejects => Is("ban-daemon");
        "another daemon resets": Ban::OtherDaemon, ServerFilter::Resets => First("ban-daemon");
        "a ban whose rule counts": Ban::OtherDaemon, ServerFilter::Counts => First("ban-daemon");
        "a ban, and open connections": Ban::Fail2ban, ServerFilter::DropsEstablished
            => First("fail2ban-ban");
        "no ban": Ban::Free, ServerFilter::Rejects => Is("firewall-reject");
    }
}

#[test]
fn a_sound_host_is_blamed_for_nothing() {
    let sound = [
        AddressKind::Private.into(),
        Connect::Established.into(),
        OtherPort::Silent.into(),
        Echo::Silent.into(),
        Hello::Identification.into(),
        KexInit::Received.into(),
        KexReply::Received.into(),
        HostKey::Unknown.into(),
        Login::NeedsSecret.into(),
    ];
    for asked in 1..=sound.len() {
        let evidence: Evidence = sound[..asked]
            .iter()
            .map(|answer: &Answer| Observation {
                answer: *answer,
                source: String::new(),
                at: 0.0,
                text: String::new(),
            })
            .collect();
        let diagnosis = diagnose(&evidence);
        assert!(diagnosis.causes.is_empty(), "{:?}", diagnosis.causes);
    }
}
