//! hosts.allow, beside tcpdmatch(8).

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;

use anyhow::{Result, ensure};
use sshwhy_core::evaluate::wrappers::{
    Client, Daemon, Files, Judgement, Lookup, NameLookup, Source, evaluate,
};

use super::{Folder, Numbers, forget_peak, peak, timed};
use crate::differential::random::Random;

/// Nothing else is there.
struct Nowhere;

impl Lookup for Nowhere {
    fn pattern_file(&self, _: &str) -> Source {
        Source::Absent
    }
}

/// Measures with so many lines, of which none matches: all must be looked at.
///
/// # Errors
///
/// When tcpdmatch fails.
pub fn bench(lines: usize) -> Result<Numbers> {
    let folder = Folder::new("wrappers")?;
    let text = text(lines);
    folder.write("hosts.allow", &text)?;
    folder.write("hosts.deny", "")?;
    folder.write("inetd.conf", "ssh stream tcp nowait root /usr/sbin/sshd sshd -i\n")?;
    let mut command = Command::new("tcpdmatch");
    command.args(["-d", "-i", "inetd.conf", "sshd", "192.0.2.200"]).current_dir(folder.path());
    let (peer, ran) = timed(|| command.output());
    let ran = ran?;
    ensure!(String::from_utf8_lossy(&ran.stdout).contains("access:"), "{ran:?}");

    forget_peak();
    let before = peak();
    let (ours, judged) = timed(|| judge(&text, [192, 0, 2, 200].into()));
    let memory = peak().saturating_sub(before);
    std::hint::black_box(judged);
    Ok(Numbers { rules: lines, input: text.len(), peer, ours, later: ours, memory })
}

fn judge(text: &str, address: IpAddr) -> Judgement {
    let allow = Source::Text(text.as_bytes().to_vec());
    let deny = Source::Text(Vec::new());
    let files = Files {
        allow_path: "hosts.allow",
        allow: &allow,
        deny_path: "hosts.deny",
        deny: &deny,
        lookup: &Nowhere,
    };
    let client = Client { address, interface: None, name: NameLookup::Unknown, user: None };
    let daemon = Daemon { names: vec!["sshd".to_owned()], address: None, port: Some(22) };
    evaluate(&files, &client, &daemon)
}

fn text(lines: usize) -> String {
    let mut random = Random::new(7);
    let mut text = String::new();
    for number in 0..lines {
        let address = Ipv4Addr::from(0x0b00_0000 + u32::try_from(number).unwrap_or_default() * 257);
        let _ = match random.below(6) {
            0 => writeln!(text, "sshd: {address}"),
            1 => writeln!(text, "sshd: {address}/255.255.255.252"),
            2 => writeln!(text, "sshd, in.ftpd: [2001:db8:{:x}::]/64", number % 65_536),
            3 => writeln!(text, "ALL: .example{number}.net"),
            4 => writeln!(text, "sshd: 10. EXCEPT {address}"),
            _ => writeln!(text, "in.telnetd: ALL"),
        };
    }
    text
}
