//! Look-alikes from KEXINIT on: what a client sees, and what may honestly be said of it.
//!
//! A row fails when something is claimed that the evidence cannot show, and when evidence that
//! decides is not enough.

use sshwhy_core::model::evidence::Evidence;
use sshwhy_core::model::evidence::Observation;
use sshwhy_core::model::question::*;
use sshwhy_core::reason::diagnose;

/// What may be said.
enum Says {
    /// This cause alone.
    Is(&'static str),
    /// These are possible, in any order; none is claimed, and what would decide is named.
    Tie(&'static [&'static str]),
    /// Nothing is wrong.
    Nothing,
}

use Says::Is;
use Says::Nothing;
use Says::Tie;

/// A member of a tie has at least this probability.
const IN_THE_TIE: f64 = 0.03;
/// All members of a tie together have at least this probability.
const ALL_OF_THE_TIE: f64 = 0.65;

/// How a sound connection begins, up to the part that a row is about.
fn begins(part: &str) -> Vec<Answer> {
    let hello = [
        ClientConfig::Valid.into(),
        SystemLookup::Found.into(),
        Route::Exists.into(),
        Connect::Established.into(),
        Hello::Identification.into(),
    ];
    let kex_init = [KexInit::Received.into(), Agreement::Agrees.into()];
    let keys = [KexReply::Received.into(), HostKey::Known.into()];
    let login = [Login::Accepted.into(), KeyOutcome::Accepted.into()];
    let session = [Session::Starts.into()];
    let parts: [(&str, &[Answer]); 5] = [
        ("kex-init", &hello),
        ("key-exchange", &kex_init),
        ("login", &keys),
        ("session", &login),
        ("idle", &session),
    ];
    let mut answers = Vec::new();
    for (before, seen) in parts {
        answers.extend_from_slice(seen);
        if before == part {
            return answers;
        }
    }
    panic!("no part of a connection is called {part}");
}

fn check(row: &str, part: &str, seen: &[Answer], expected: &Says) {
    let answers = begins(part).into_iter().chain(seen.iter().copied());
    let evidence: Evidence = answers
        .map(|answer| Observation {
            answer,
            source: "test".to_owned(),
            at: 0.0,
            text: String::new(),
        })
        .collect();
    let diagnosis = diagnose(&evidence);
    let said: Vec<String> =
        diagnosis.causes.iter().map(|c| format!("{} {:.3}", c.id, c.probability)).collect();
    let said = format!("{row}: {said:?}, unlisted {:.3}", diagnosis.unlisted);
    match expected {
        Is(id) => {
            let first = diagnosis.causes.first().map_or("nothing", |c| c.id);
            assert!(first == *id && diagnosis.singled_out, "{said}");
        }
        Tie(ids) => {
            assert!(!diagnosis.singled_out && !diagnosis.needs.is_empty(), "{said}");
            let of = |id: &str| diagnosis.causes.iter().find(|c| c.id == id);
            let probabilities = ids.iter().map(|id| of(id).map_or(0.0, |c| c.probability));
            let probabilities: Vec<f64> = probabilities.collect();
            assert!(probabilities.iter().all(|p| *p >= IN_THE_TIE), "{said}");
            assert!(probabilities.iter().sum::<f64>() >= ALL_OF_THE_TIE, "{said}");
            // The most common comes first.
            assert!(probabilities.iter().all(|p| *p <= probabilities[0] + 1e-9), "{said}");
        }
        Nothing => assert!(diagnosis.causes.is_empty(), "{said}"),
    }
}

macro_rules! rows {
    ($($test:ident after $part:literal {
        $($row:literal: $($question:ident::$answer:ident),+ => $expected:expr;)+
    })+) => {
        $(#[test]
        fn $test() {
            $(check($row, $part, &[$($question::$answer.into()),+], &$expected);)+
        })+
    };
}

/// What sshd refuses without a reason, the most common first.
const REFUSED: &[&str] = &[
    "key-not-authorized",
    "user-unknown",
    "user-not-allowed",
    "authorized-keys-permissions",
    "authorized-keys-not-found",
];

rows! {
    lists_of_algorithms after "kex-init" {
        "no key exchange method": KexInit::Received, Agreement::NoKex => Is("kex-mismatch");
        "no host key algorithm": KexInit::Received, Agreement::NoHostKey
            => Is("hostkey-alg-mismatch");
        "no cipher": KexInit::Received, Agreement::NoCipher => Is("cipher-mismatch");
        "no MAC": KexInit::Received, Agreement::NoMac => Is("mac-mismatch");
        "no compression": KexInit::Received, Agreement::NoCompression
            => Is("compression-mismatch");
        "the host key signs with SHA-1 alone": KexInit::Received, Agreement::OnlySha1HostKey
            => Is("rsa-sha1-disabled");
    }

    what_comes_instead_of_kexinit after "kex-init" {
        "closed, and a short list helps": KexInit::Closed, SmallProposal::Helps
            => Is("server-protocol-bug");
        "reset, and a short list helps": KexInit::Reset, SmallProposal::Helps
            => Is("server-protocol-bug");
        "silence that a short list ends and small segments do not": KexInit::Silent,
            Unacked::Nothing, Gap::Closed, SmallProposal::Helps, SmallSegments::Same
            => Is("server-protocol-bug");
        "silence that small segments end": KexInit::Silent, Unacked::Nothing, Gap::Open,
            SmallSegments::Helps => Is("mtu-black-hole");
        "bytes that are no packet": KexInit::Garbage => Is("server-protocol-bug");
        "closed whatever we offer, and the kernel says why": KexInit::Closed, SmallProposal::Same,
            ServerLog::Sandbox => Is("sandbox-violation");
    }

    a_key_exchange_that_hangs after "key-exchange" {
        "our large segment is lost": KexReply::Silent, Unacked::LargeSegment, Gap::Closed,
            SmallSegments::Helps => Is("mtu-black-hole");
        "the server's large segment is lost": KexReply::Silent, Unacked::Nothing, Gap::Open,
            SmallSegments::Helps => Is("mtu-black-hole");
        "both helps are tried": KexReply::Silent, Unacked::LargeSegment, Gap::Closed,
            SmallSegments::Helps, SmallProposal::Helps => Is("mtu-black-hole");
        "a hole is seen and nothing was tried": KexReply::Silent, Unacked::Nothing, Gap::Open
            => Is("mtu-black-hole");
        "only a short list helps": KexReply::Silent, Unacked::Nothing, Gap::Closed,
            SmallSegments::Same, SmallProposal::Helps => Is("server-protocol-bug");
        "all arrived, nothing helps, the server is busy": KexReply::Silent, Unacked::Nothing,
            Gap::Closed, SmallSegments::Same, SmallProposal::Same, ServerHealth::Busy
            => Is("server-overloaded");
    }

    a_key_exchange_that_ends after "key-exchange" {
        "closed, and a short list helps": KexReply::Closed, SmallProposal::Helps
            => Is("server-protocol-bug");
        "the server says goodbye, and a short list helps": KexReply::Disconnected,
            SmallProposal::Helps => Is("server-protocol-bug");
        "the signature is wrong": KexReply::BadSignature => Is("mac-corrupted");
    }

    host_keys after "key-exchange" {
        "another key": KexReply::Received, HostKey::Changed => Is("host-key-changed");
        "another key, and the hosts file differs": LookupAgreement::HostsFileDiffers,
            KexReply::Received, HostKey::Changed
            => Tie(&["host-key-changed", "dns-wrong-address"]);
        "no key and a strict policy": KexReply::Received, HostKey::UnknownStrict
            => Is("host-key-unknown");
        "a key that is too short": KexReply::Received, HostKey::Unusable
            => Is("hostkey-alg-mismatch");
        "a revoked key": KexReply::Received, HostKey::Revoked => Is("host-key-revoked");
        "a new host is no fault": KexReply::Received, HostKey::Unknown, Login::Accepted,
            Session::Starts => Nothing;
        "a host certificate that is refused": KexReply::Received, HostKey::BadCertificate
            => Tie(&["certificate-invalid", "clock-skew"]);
        "a host certificate and a clock": KexReply::Received, HostKey::BadCertificate,
            Clocks::Differ => Is("clock-skew");
        "a host certificate and sound clocks": KexReply::Received, HostKey::BadCertificate,
            Clocks::Agree => Is("certificate-invalid");
    }

    a_refused_key after "login" {
        "nothing else is known": Login::Denied, KeyOutcome::Refused => Tie(REFUSED);
        "and no word": Login::Denied, KeyOutcome::Refused, AuthWords::Nothing => Tie(REFUSED);
        "the log: Failed publickey": Login::Denied, KeyOutcome::Refused, ServerLog::KeyRefused
            => Is("key-not-authorized");
        "the log: Invalid user": Login::Denied, KeyOutcome::Refused, ServerLog::InvalidUser
            => Is("user-unknown");
        "the log: not allowed because": Login::Denied, KeyOutcome::Refused,
            ServerLog::UserNotAllowed => Is("user-not-allowed");
        "the log: bad ownership or modes": Login::Denied, KeyOutcome::Refused,
            ServerLog::BadModes => Is("authorized-keys-permissions");
        "the log: another file": Login::Denied, KeyOutcome::Refused, ServerLog::OtherKeyFile
            => Is("authorized-keys-not-found");
        "the log: locked": Login::Denied, KeyOutcome::Refused, ServerLog::Locked
            => Is("account-locked");
        "the log: the shell": Login::Denied, KeyOutcome::Refused, ServerLog::Shell
            => Is("shell-invalid");
        "the log: expired, without PAM": Login::Denied, KeyOutcome::Refused, ServerLog::Expired
            => Is("account-expired");
        "the log: SELinux": Login::Denied, KeyOutcome::Refused, ServerLog::MandatoryAccess
            => Is("selinux-denied");
        "a password would be asked for": Login::NeedsSecret, KeyOutcome::Refused => Tie(REFUSED);
    }

    a_key_that_is_not_used after "login" {
        "there is none": KeyFiles::Absent, Login::Denied, KeyOutcome::NoneToOffer
            => Is("auth-no-method");
        "the server allows nothing that we can": Login::NoMethod, KeyOutcome::NoneToOffer
            => Is("auth-no-method");
        "a second factor that we cannot give": Login::PartialOnly, KeyOutcome::Accepted
            => Is("auth-no-method");
        "others may read it": KeyFiles::TooOpen, Login::Denied, KeyOutcome::Ignored
            => Is("key-permissions");
        "it is damaged": KeyFiles::Malformed, Login::Denied, KeyOutcome::Malformed
            => Is("key-file-malformed");
        "no algorithm to sign with": Login::Denied, KeyOutcome::AlgorithmRefused
            => Is("rsa-sha1-disabled");
        "the agent does not sign": Login::Denied, KeyOutcome::Unsigned => Is("agent-refused");
        "not from this address": Login::Denied, KeyOutcome::SourceRefused
            => Is("source-address-mismatch");
        "a certificate": Login::Denied, KeyOutcome::CertificateRefused => Tie(&[
            "certificate-invalid", "clock-skew", "key-not-authorized", "user-unknown",
        ]);
        "a certificate that the log speaks of": Login::Denied, KeyOutcome::CertificateRefused,
            ServerLog::Certificate, Clocks::Agree => Is("certificate-invalid");
        "too many keys": Login::TooManyFailures, KeyOutcome::Refused
            => Is("too-many-auth-failures");
    }

    closed_at_the_login after "login" {
        "after the key, with the word of systemd": Login::ClosedAfterKey, KeyOutcome::Accepted,
            AuthWords::NoLogin => Is("nologin");
        "after the key, with the account's end": Login::ClosedAfterKey, KeyOutcome::Accepted,
            AuthWords::AccountExpired => Is("account-expired");
        "after the key, with too many logins": Login::ClosedAfterKey, KeyOutcome::Accepted,
            AuthWords::TooManyLogins => Is("login-limit");
        "after the key, with words of the administrator": Login::ClosedAfterKey,
            KeyOutcome::Accepted, AuthWords::OtherWords => Tie(&["nologin", "pam-denied"]);
        "the same, and the file is there": Login::ClosedAfterKey, KeyOutcome::Accepted,
            AuthWords::OtherWords, NoLoginFile::Present => Is("nologin");
        "the same, and the file is not there": Login::ClosedAfterKey, KeyOutcome::Accepted,
            AuthWords::OtherWords, NoLoginFile::Absent => Is("pam-denied");
        "after the key, without a word": Login::ClosedAfterKey, KeyOutcome::Accepted,
            AuthWords::Nothing, ServerLog::Pam, NoLoginFile::Absent => Is("pam-denied");
        "before the methods, and the log says so": Login::ClosedEarly, ServerLog::Prohibited
            => Is("refuse-connection");
        "before the methods, at once": Login::ClosedEarly, SlowStep::Nothing, AuthWords::Nothing
            => Tie(&["refuse-connection", "pam-denied"]);
        "while methods are tried, after minutes": Login::ClosedBetween, SlowStep::Key,
            ServerLog::GraceTime => Is("login-grace-timeout");
        "before the methods, after minutes": Login::ClosedEarly, SlowStep::BeforeMethods,
            ServerLog::GraceTime => Is("login-grace-timeout");
    }

    slow_logins after "login" {
        "before the methods": Login::Accepted, SlowStep::BeforeMethods, Session::Starts
            => Is("slow-dns");
        "in the Kerberos step": Login::Accepted, SlowStep::Gssapi, Session::Starts
            => Is("slow-gssapi");
        "after the login": Login::Accepted, SlowStep::Opening, Session::Starts
            => Is("slow-logind");
        "after the login, on a busy server": Login::Accepted, SlowStep::Opening, Session::Starts,
            ServerHealth::Busy => Is("server-overloaded");
        "after the login, on a bad road": Login::Accepted, SlowStep::Opening, Session::Starts,
            Loss::Many => Is("lossy-path");
        "nothing is slow": Login::Accepted, SlowStep::Nothing, Session::Starts => Nothing;
    }

    sessions after "session" {
        "no channel": Session::OpenRefused => Is("max-sessions");
        "a reset, and the log names the directory": Session::Reset, ServerLog::Chroot
            => Is("chroot-permissions");
        "status 254": Session::NotOpened => Tie(&["login-limit", "pam-denied"]);
        "status 254 and its word": Session::NotOpened, AuthWords::TooManyLogins
            => Is("login-limit");
        "nobody may log in here": Session::NoShell => Is("shell-invalid");
        "the command is not there": Session::CommandMissing => Is("shell-exits");
        "the password must be changed": Session::ExitsAtOnce, AuthWords::PasswordExpired
            => Is("password-expired");
        "no process can be started": Session::RequestRefused, ServerLog::Resources
            => Is("resource-exhausted");
        "silence, and no marking helps": Session::Silent, SessionDscp::Helps => Is("ipqos-dscp");
        "a damaged packet": Session::Corrupted => Is("mac-corrupted");
    }

    what_a_session_asks_for after "idle" {
        "a terminal": Terminal::Refused => Is("pty-allocation-failed");
        "clean output": StartupOutput::Noisy => Is("shell-startup-output");
        "sftp": Sftp::Refused => Is("sftp-subsystem-missing");
        "sftp and clean output": Sftp::Fails, StartupOutput::Noisy => Is("shell-startup-output");
        "a forwarding": Forwarding::Refused => Is("tcp-forwarding-disabled");
        "a port of the server": Forwarding::PortRefused
            => Tie(&["forward-port-busy", "tcp-forwarding-disabled"]);
        "a port of the server that is taken": Forwarding::PortRefused, ServerLog::BindFailed
            => Is("forward-port-busy");
    }

    idle_sessions after "idle" {
        "nothing comes back, keepalives help": IdleEnd::Silence, IdleKeepalive::Saves
            => Tie(&["idle-timeout", "nat-conntrack-expired"]);
        "the router has forgotten it": IdleEnd::Silence, IdleKeepalive::Saves, Tracking::Forgotten
            => Is("nat-conntrack-expired");
        "the router still knows it": IdleEnd::Silence, IdleKeepalive::Saves, Tracking::Known
            => Is("idle-timeout");
        "keepalives stay unanswered": IdleEnd::Unanswered, IdleKeepalive::DoesNotSave,
            OwnAddress::Kept => Is("keepalive-timeout");
        "the address is gone": IdleEnd::Silence, IdleKeepalive::DoesNotSave, OwnAddress::Gone
            => Is("network-changed");
        "the channel is closed": IdleEnd::ClosedByChannel, IdleKeepalive::DoesNotSave
            => Is("channel-timeout");
        "the shell logs out": IdleEnd::LoggedOut => Is("shell-autologout");
        "the server was restarted": IdleEnd::Closed, ServerLog::Restarted => Is("sshd-restarted");
    }
}
