//! Whether the kernel has a way back to the client, and takes packets that come from it: the kernel
//! is asked both, because only it applies policy rules, VRFs and rp_filter as it will.

use std::io;
use std::net::IpAddr;

use sshwhy_core::model::question::Question;
use sshwhy_core::model::question::ReplyRoute;

use super::Concerns;
use super::Look;
use super::host::Host;
use crate::sys::fib;
use crate::sys::fib::Way;
use crate::sys::route;

pub(super) static LOOK: Look = Look {
    name: "reply route",
    doing: "asking the kernel for the way back to the client",
    concerns: Concerns::ThisClient,
    questions: &[Question::ReplyRoute],
    run,
};

fn run(host: &Host) {
    let client = host.flow.source.to_canonical();
    let own = Some(host.flow.destination.to_canonical()).filter(|a| route::is_own(*a));
    let own = own.filter(|a| !a.is_unspecified() && a.is_ipv4() == client.is_ipv4());
    let from = own.map(|own| format!(" from {own}")).unwrap_or_default();
    let asked = format!("ip route get {client}{from}");
    match fib::way(client, own) {
        Ok(way) => with_way(host, client, own, &way, &asked),
        Err(error) => without_way(host, client, own, &error, &asked),
    }
}

fn without_way(host: &Host, client: IpAddr, own: Option<IpAddr>, error: &io::Error, asked: &str) {
    let unknown = || host.not_assessed(format!("reply route: `{asked}`: {error}"));
    if !is_refusal(error) {
        return unknown();
    }
    let source = own.unwrap_or(host.flow.destination);
    let Ok(refusal) = fib::refusal(client, source) else { return unknown() };
    if fib::has_mark_rule(client) {
        return host.not_assessed(format!(
            "reply route: `{asked}`: {error}; but a policy rule looks at marks, and marked packets \
             may have another route"
        ));
    }
    match refusal {
        Some(line) if line.is_rule => {
            host.observe(ReplyRoute::Prohibited, "ip rule show", line.to_string());
        }
        Some(line) => {
            host.observe(ReplyRoute::Prohibited, "ip route show table all", line.to_string());
        }
        None if is_absence(error) => match all_down() {
            Some(names) => {
                host.observe(ReplyRoute::LinkDown, "ip link show", format!("{names}: down"));
            }
            None => host.observe(ReplyRoute::Missing, asked, error.to_string()),
        },
        None => unknown(),
    }
}

/// The host's interfaces besides loopback, when there are some and all of them are switched off.
fn all_down() -> Option<String> {
    let entries = std::fs::read_dir("/sys/class/net").ok()?.flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let names: Vec<String> = names.filter(|name| name != "lo").collect();
    let is_up = |name: &String| {
        let flags = std::fs::read_to_string(format!("/sys/class/net/{name}/flags")).ok()?;
        let flags = u32::from_str_radix(flags.trim().trim_start_matches("0x"), 16).ok()?;
        Some(flags & IFF_UP != 0)
    };
    let all = !names.is_empty() && names.iter().all(|name| is_up(name) == Some(false));
    all.then(|| names.join(", "))
}

/// `include/uapi/linux/if.h`.
const IFF_UP: u32 = 1;

/// No route at all. `EINVAL` without a route that says so is a question that the kernel refuses, as
/// for the way from a loopback address to another host.
fn is_absence(error: &io::Error) -> bool {
    [libc::ENETUNREACH, libc::EHOSTUNREACH].iter().any(|code| error.raw_os_error() == Some(*code))
}

/// What `unreachable`, `prohibit` and `blackhole` routes answer, or the absence of any.
fn is_refusal(error: &io::Error) -> bool {
    let refusals = [libc::ENETUNREACH, libc::EHOSTUNREACH, libc::EACCES, libc::EINVAL];
    error.raw_os_error().is_some_and(|code| refusals.contains(&code))
}

fn with_way(host: &Host, client: IpAddr, own: Option<IpAddr>, way: &Way, asked: &str) {
    let leaves_by = way.interface.as_deref().unwrap_or("an interface without a name");
    let via = way.gateway.map(|gateway| format!(" via {gateway}")).unwrap_or_default();
    let text = format!("{client}{via} dev {leaves_by}");
    let Some(comes_in_by) = host.flow.interface.as_deref().filter(|name| *name != "lo") else {
        match strict_filter(host, own, leaves_by) {
            Some(why) => host.not_assessed(format!("reply route: {text}, but {why}")),
            None => host.observe(ReplyRoute::Exists, asked, text),
        }
        return;
    };
    if comes_in_by == leaves_by {
        return host.observe(ReplyRoute::Exists, asked, text);
    }
    if fib::has_mark_rule(client) {
        return host.not_assessed(format!(
            "reply route: {text}, and the client comes in by {comes_in_by}; but a policy rule \
             looks at marks, and marked packets may have another route"
        ));
    }
    // Asked only here, because a refusal may be logged (log_martians).
    let refused = own.is_some_and(|own| {
        let said = fib::accepts(client, own, comes_in_by);
        said.is_err_and(|e| [Some(libc::EXDEV), Some(libc::EINVAL)].contains(&e.raw_os_error()))
    });
    let filter = if client.is_ipv4() { reverse_path_filter(host, comes_in_by) } else { None };
    match filter {
        Some(filter) if refused && filter.mode != 0 => {
            let text = format!("rp_filter = {} and {text}, not {comes_in_by}", filter.mode);
            host.observe(ReplyRoute::ReversePathDrops, filter.place, text);
        }
        _ => host.observe(ReplyRoute::OtherInterface, asked, format!("{text}, not {comes_in_by}")),
    }
}

/// The interface that the client comes in by is not known; strict filtering drops its packets unless
/// it is the one that leads back. Likely it is the one that has the address.
fn strict_filter(host: &Host, own: Option<IpAddr>, leaves_by: &str) -> Option<String> {
    let own = own.filter(IpAddr::is_ipv4)?;
    let holder = holder_of(host, own).filter(|holder| holder != leaves_by)?;
    let filter = reverse_path_filter(host, &holder).filter(|filter| filter.mode == 1)?;
    Some(format!(
        "{own} belongs to {holder}, whose rp_filter is strict ({}): what comes in by it is dropped",
        filter.place
    ))
}

/// The interface that has an address, by `ip -o address`, where it is exactly one.
fn holder_of(host: &Host, own: IpAddr) -> Option<String> {
    let ran = host.run("ip", &["-o", "address", "show", "to", &own.to_string()]).ok()?;
    let said = String::from_utf8_lossy(&ran.stdout);
    let mut names = said.lines().filter_map(|line| line.split_whitespace().nth(1));
    let name = names.next()?.to_owned();
    (names.next().is_none() && name != "lo").then_some(name)
}

/// How packets are judged by the way back to their sender.
struct ReversePathFilter {
    /// 1 strict, 2 loose.
    mode: u8,
    /// The file that says so, with its line.
    place: String,
}

/// The larger of the two values holds (Linux `Documentation/networking/ip-sysctl.rst`). IPv6 has no
/// such setting: there only a rule of the packet filter does it.
fn reverse_path_filter(host: &Host, interface: &str) -> Option<ReversePathFilter> {
    let read = |name: &str| {
        let path = format!("/proc/sys/net/ipv4/conf/{name}/rp_filter");
        let mode = host.read(&path).ok()?.trim().parse().ok()?;
        Some(ReversePathFilter { mode, place: format!("{path}:1") })
    };
    [read("all"), read(interface)].into_iter().flatten().max_by_key(|filter| filter.mode)
}
