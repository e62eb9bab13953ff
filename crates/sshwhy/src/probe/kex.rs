//! KEXINIT and the key exchange, in the terms of our questions.

use sshwhy_core::model::question::Agreement;
use sshwhy_core::model::question::Gap;
use sshwhy_core::model::question::HelloAcked;
use sshwhy_core::model::question::KexInit;
use sshwhy_core::model::question::KexReply;
use sshwhy_core::model::question::Unacked;
use sshwhy_core::wire::ssh::algorithm::Purpose;
use sshwhy_core::wire::ssh::kexinit::KexInit as Lists;
use sshwhy_core::wire::ssh::negotiate::Choice;
use sshwhy_core::wire::ssh::negotiate::Client;
use sshwhy_core::wire::ssh::negotiate::Negotiation;
use sshwhy_core::wire::ssh::negotiate::NoMatch;

use super::attempt::Attempt;
use super::attempt::End;
use super::attempt::KexAnswer;
use super::attempt::Proposed;
use super::host_key;
use crate::engine::scene::Scene;
use crate::sys::tcp_info::TcpInfo;

/// Exchanges KEXINIT and records it; the key exchange method agreed on, when everything is.
pub(super) fn observe_init(scene: &Scene, attempt: &mut Attempt<'_>) -> Option<String> {
    let proposed = attempt.propose();
    if scene.cancel.is_set() {
        return None;
    }
    match proposed {
        Proposed::Received => {}
        Proposed::Ended(end) => {
            let text = format!("{:.1} s after it opened", attempt.open_for().as_secs_f64());
            scene.observe(ended_init(&end), text);
            observe_stall(scene, attempt, &end);
            return None;
        }
        Proposed::Disconnected(text) => {
            scene.observe(KexInit::Disconnected, text);
            return None;
        }
        Proposed::Garbage(text) => {
            scene.observe(KexInit::Garbage, text);
            return None;
        }
    }
    let theirs = attempt.server_kexinit.clone()?;
    scene.observe(KexInit::Received, format!("key exchange methods: {}", theirs.kex.join(",")));
    let ours = Lists::of_client([0; 16], &attempt.manner.proposal);
    let negotiation = Negotiation::of(&ours, &theirs, &Client::default());
    let failure = negotiation.failures().next();
    if let Some((choice, no_match)) = failure {
        scene.observe(disagreement(choice, no_match), disagreement_text(choice, no_match));
        return None;
    }
    let agreed = |choice| negotiation.agreed(choice).unwrap_or("none").to_owned();
    let method = agreed(Choice::Kex);
    let text = format!("{method}, {}, {}", agreed(Choice::HostKey), agreed(Choice::CipherC2s));
    scene.observe(Agreement::Agrees, text);
    Some(method)
}

/// Exchanges keys and records it; whether the server's reply came.
pub(super) fn observe_reply(scene: &Scene, attempt: &mut Attempt<'_>, method: &str) -> bool {
    let answer = attempt.exchange_keys(method);
    if scene.cancel.is_set() {
        return false;
    }
    match answer {
        KexAnswer::Reply(reply) => {
            scene.observe(KexReply::Received, format!("by {method}"));
            host_key::observe(scene, &reply.host_key);
            return true;
        }
        KexAnswer::Ended(end) => {
            let text = format!("{:.1} s after it opened", attempt.open_for().as_secs_f64());
            let answer = match end {
                End::Reset => KexReply::Reset,
                End::Closed => KexReply::Closed,
                End::Silent => KexReply::Silent,
            };
            scene.observe(answer, text);
            observe_stall(scene, attempt, &end);
        }
        KexAnswer::Disconnected(text) => scene.observe(KexReply::Disconnected, text),
        KexAnswer::Garbage(text) => scene.observe(KexReply::Garbage, text),
        KexAnswer::NotAsked => scene.learn(|f| {
            f.not_assessed.push(format!("the key exchange: {method} is not known to sshwhy"));
        }),
    }
    false
}

fn ended_init(end: &End) -> KexInit {
    match end {
        End::Reset => KexInit::Reset,
        End::Closed => KexInit::Closed,
        End::Silent => KexInit::Silent,
    }
}

/// What the kernel shows of a connection that hangs.
fn observe_stall(scene: &Scene, attempt: &Attempt<'_>, end: &End) {
    if *end != End::Silent {
        return;
    }
    let Some(info) = attempt.info() else { return };
    let ours = format!(
        "{} segments unacknowledged, {} of them arrived beyond the hole; segments of {} bytes",
        info.unacked, info.sacked, info.send_mss
    );
    // The SYN counts as one byte. Our identification string is small: where it is lost, size is
    // not the reason, whatever arrived beyond it.
    let lost_first = info.unacked > 0 && info.bytes_acked <= 1;
    let acked = if lost_first { HelloAcked::NotAcked } else { HelloAcked::Acked };
    scene.observe(acked, format!("{} bytes acknowledged", info.bytes_acked));
    let unacked = match (info.unacked, info.sacked) {
        (0, _) => Unacked::Nothing,
        (_, _) if lost_first => Unacked::Everything,
        (_, 0) => Unacked::Everything,
        _ => Unacked::LargeSegment,
    };
    scene.observe(unacked, ours);
    scene.observe(gap(&info), gap_text(&info));
}

/// Whether a segment of theirs is missing while later ones are here.
pub(super) fn gap(info: &TcpInfo) -> Gap {
    if info.out_of_order > 0 { Gap::Open } else { Gap::Closed }
}

pub(super) fn gap_text(info: &TcpInfo) -> String {
    format!("{} segments arrived out of order", info.out_of_order)
}

fn disagreement(choice: Choice, no_match: &NoMatch) -> Agreement {
    match choice.purpose() {
        Purpose::Kex => Agreement::NoKex,
        Purpose::HostKey => {
            let old = |name: &String| matches!(name.as_str(), "ssh-rsa" | "ssh-dss");
            if no_match.server.iter().all(old) {
                Agreement::OnlySha1HostKey
            } else {
                Agreement::NoHostKey
            }
        }
        Purpose::Cipher => Agreement::NoCipher,
        Purpose::Mac => Agreement::NoMac,
        Purpose::Compression => Agreement::NoCompression,
    }
}

/// What would mend it comes first, because the lists are long.
fn disagreement_text(choice: Choice, no_match: &NoMatch) -> String {
    let change = no_match.change.as_ref();
    let change = change.map(|c| format!("the smallest change: {}; ", c.line())).unwrap_or_default();
    format!(
        "{change}no matching {}; the server offers {}; we offer {}",
        choice.openssh_words(),
        no_match.server.join(","),
        no_match.client.join(",")
    )
}
