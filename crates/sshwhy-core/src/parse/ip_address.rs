//! The addresses of this host, as `ip -o address show` prints them (ip-address(8)): one on each line, as in
//! `2: eth0    inet 192.0.2.7/24 brd 192.0.2.255 scope global eth0`.

use std::net::IpAddr;

/// Most addresses that are read.
const MAX_ADDRESSES: usize = 65_536;

/// The addresses and the interfaces that bear them, in the order of the output.
pub fn parse(text: &str) -> Vec<(IpAddr, String)> {
    text.lines().filter_map(line).take(MAX_ADDRESSES).collect()
}

fn line(line: &str) -> Option<(IpAddr, String)> {
    let mut words = line.split_whitespace().skip(1);
    let device = words.next()?;
    if !matches!(words.next()?, "inet" | "inet6") {
        return None;
    }
    // Without a length, it is one end of a tunnel.
    let address = words.next()?;
    let address = address.split_once('/').map_or(address, |(address, _)| address);
    // `eth0@if7`: the other end of a cable between namespaces.
    let device = device.split_once('@').map_or(device, |(device, _)| device);
    Some((address.parse().ok()?, device.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let found: Vec<_> = parse(text)
            .into_iter()
            .map(|(address, device)| (address.to_string(), device))
            .collect();
        let found: Vec<_> = found.iter().map(|(a, d)| (a.as_str(), d.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn each_line_is_an_address() {
        check("", &[]);
        check("2:", &[]);
        check("2: eth0 inet", &[]);
        check("2: eth0 link/ether 00:11:22:33:44:55", &[]);
        check("2: eth0 inet 300.0.0.1/24", &[]);
        check(
            "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever",
            &[("127.0.0.1", "lo")],
        );
        check(
            "3: eth0@if7    inet6 fe80::1/64 scope link \n4: tun0    inet 10.8.0.1 peer 10.8.0.2/32 scope global tun0",
            &[("fe80::1", "eth0"), ("10.8.0.1", "tun0")],
        );
    }
}
