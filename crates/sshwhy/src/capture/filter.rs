//! A program for the kernel that lets pass what belongs to our connections: TCP to and from some servers' ports, and ICMP errors
//! about packets to them. It reads from the network header on.

use std::net::IpAddr;
use std::net::SocketAddr;

use crate::sys::packet_socket::Instruction;

/// `BPF_LD | BPF_B | BPF_ABS`, and the same for halves, words, and with the length of the IPv4 header added.
const BYTE: u16 = 0x30;
const HALF: u16 = 0x28;
const WORD: u16 = 0x20;
const HALF_BEHIND: u16 = 0x48;
const WORD_BEHIND: u16 = 0x40;
const BYTE_BEHIND: u16 = 0x50;
/// `BPF_LDX | BPF_B | BPF_MSH`: four times the low half of a byte, the length of the IPv4 header.
const HEADER_LENGTH: u16 = 0xb1;
/// `BPF_JMP | BPF_JEQ | BPF_K`.
const EQUALS: u16 = 0x15;
/// `BPF_ALU | BPF_AND | BPF_K`.
const AND: u16 = 0x54;
/// `BPF_RET | BPF_K`.
const RETURN: u16 = 0x06;
/// The whole packet.
const ALL: u32 = 0x4_0000;
/// Protocols.
const TCP: u32 = 6;
const ICMP: u32 = 1;
const ICMP6: u32 = 58;
/// The headers of IPv6, and of ICMP.
const IPV6: u32 = 40;
const ICMP_HEADER: u32 = 8;

/// A filter for the connections to some servers.
pub(super) fn program(servers: &[SocketAddr]) -> Vec<Instruction> {
    let mut all = Vec::new();
    for server in servers {
        match server.ip() {
            IpAddr::V4(address) => v4(&mut all, address.to_bits(), server.port()),
            IpAddr::V6(address) => v6(&mut all, &address.octets(), server.port()),
        }
    }
    all.push(Instruction { code: RETURN, if_true: 0, if_false: 0, k: 0 });
    all
}

/// A test: what is read must be this.
#[derive(Clone, Copy)]
struct Test {
    load: u16,
    at: u32,
    mask: Option<u32>,
    is: u32,
}

const fn test(load: u16, at: u32, is: u32) -> Test {
    Test { load, at, mask: None, is }
}

/// All tests hold: the packet passes. Otherwise what follows is asked.
fn pass_if(all: &mut Vec<Instruction>, tests: &[Test], uses_header: bool) {
    let plain = |code, k| Instruction { code, if_true: 0, if_false: 0, k };
    let mut own = Vec::new();
    if uses_header {
        own.push(plain(HEADER_LENGTH, 0));
    }
    for test in tests {
        own.push(plain(test.load, test.at));
        own.extend(test.mask.map(|mask| plain(AND, mask)));
        own.push(plain(EQUALS, test.is));
    }
    own.push(plain(RETURN, ALL));
    let count = own.len();
    for (i, instruction) in own.iter_mut().enumerate().filter(|(_, i)| i.code == EQUALS) {
        // To what comes after the return that ends this block.
        instruction.if_false = u8::try_from(count - i - 1).unwrap_or(u8::MAX);
    }
    all.extend(own);
}

fn v4(all: &mut Vec<Instruction>, server: u32, port: u16) {
    let version = Test { load: BYTE, at: 0, mask: Some(0xf0), is: 0x40 };
    // Only the first of several fragments has the ports.
    let first = Test { load: HALF, at: 6, mask: Some(0x1fff), is: 0 };
    let port = u32::from(port);
    for (address, at) in [(16, 2), (12, 0)] {
        let tests = [
            version,
            test(BYTE, 9, TCP),
            test(WORD, address, server),
            first,
            test(HALF_BEHIND, at, port),
        ];
        pass_if(all, &tests, true);
    }
    // An error quotes the packet that it is about: here one that we sent, without options.
    let tests = [
        version,
        test(BYTE, 9, ICMP),
        test(WORD_BEHIND, ICMP_HEADER + 16, server),
        test(BYTE_BEHIND, ICMP_HEADER + 9, TCP),
        test(HALF_BEHIND, ICMP_HEADER + 20 + 2, port),
    ];
    pass_if(all, &tests, true);
}

fn v6(all: &mut Vec<Instruction>, server: &[u8; 16], port: u16) {
    let version = Test { load: BYTE, at: 0, mask: Some(0xf0), is: 0x60 };
    let words = |at: u32| {
        let word = |(i, part): (usize, &[u8])| {
            let bits = part.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
            test(WORD, at + 4 * i as u32, bits)
        };
        server.chunks(4).enumerate().map(word).collect::<Vec<_>>()
    };
    let port = u32::from(port);
    for (address, at) in [(24, IPV6 + 2), (8, IPV6)] {
        let mut tests = vec![version, test(BYTE, 6, TCP), test(HALF, at, port)];
        tests.extend(words(address));
        pass_if(all, &tests, false);
    }
    let quoted = IPV6 + ICMP_HEADER;
    let mut tests = vec![
        version,
        test(BYTE, 6, ICMP6),
        test(BYTE, quoted + 6, TCP),
        test(HALF, quoted + IPV6 + 2, port),
    ];
    tests.extend(words(quoted + 24));
    pass_if(all, &tests, false);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel does with the few instructions that we use.
    fn passes(program: &[Instruction], packet: &[u8]) -> bool {
        let (mut a, mut x, mut at) = (0_u32, 0_u32, 0_usize);
        let read = |at: u32, size: usize| -> Option<u32> {
            let bytes = packet.get(at as usize..at as usize + size)?;
            Some(bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
        };
        loop {
            let Instruction { code, if_true, if_false, k } = program[at];
            at += 1;
            let loaded = match code {
                BYTE => read(k, 1),
                HALF => read(k, 2),
                WORD => read(k, 4),
                BYTE_BEHIND => read(x + k, 1),
                HALF_BEHIND => read(x + k, 2),
                WORD_BEHIND => read(x + k, 4),
                HEADER_LENGTH => {
                    let Some(byte) = read(k, 1) else { return false };
                    x = (byte & 15) * 4;
                    continue;
                }
                AND => {
                    a &= k;
                    continue;
                }
                EQUALS => {
                    at += usize::from(if a == k { if_true } else { if_false });
                    continue;
                }
                RETURN => return k != 0,
                other => panic!("{other:#x}"),
            };
            // Reading past the end ends the program.
            let Some(value) = loaded else { return false };
            a = value;
        }
    }

    fn v4_packet(source: [u8; 4], destination: [u8; 4], ports: [u16; 2], protocol: u8) -> Vec<u8> {
        let mut packet = vec![0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, protocol, 0, 0];
        packet.extend(source);
        packet.extend(destination);
        packet.extend(ports.iter().flat_map(|port| port.to_be_bytes()));
        packet.resize(40, 0);
        packet
    }

    #[test]
    fn only_ours_pass() {
        let (own, server) = ([192, 0, 2, 1], [192, 0, 2, 2]);
        let other: SocketAddr = "[2001:db8::2]:22".parse().unwrap();
        let program = program(&["192.0.2.2:22".parse().unwrap(), other]);
        assert!(passes(&program, &v4_packet(own, server, [5000, 22], 6)));
        assert!(passes(&program, &v4_packet(server, own, [22, 5000], 6)));
        assert!(!passes(&program, &v4_packet(own, server, [5000, 23], 6)));
        assert!(!passes(&program, &v4_packet(server, own, [80, 22], 6)));
        assert!(!passes(&program, &v4_packet(own, [192, 0, 2, 3], [5000, 22], 6)));
        assert!(!passes(&program, &v4_packet(own, server, [5000, 22], 17)));
        let mut fragment = v4_packet(own, server, [5000, 22], 6);
        fragment[7] = 9;
        assert!(!passes(&program, &fragment));
        let mut error = v4_packet([192, 0, 2, 9], own, [0x0b00, 0], 1);
        error.truncate(20);
        error.extend([11, 0, 0, 0, 0, 0, 0, 0]);
        assert!(!passes(&program, &error));
        error.extend(v4_packet(own, server, [5000, 22], 6));
        assert!(passes(&program, &error));

        let v6 = |source: &str, destination: &str, ports: [u16; 2]| {
            let mut packet = vec![0x60, 0, 0, 0, 0, 20, 6, 64];
            for end in [source, destination] {
                packet.extend(end.parse::<std::net::Ipv6Addr>().unwrap().octets());
            }
            packet.extend(ports.iter().flat_map(|port| port.to_be_bytes()));
            packet.resize(60, 0);
            packet
        };
        assert!(passes(&program, &v6("2001:db8::1", "2001:db8::2", [5000, 22])));
        assert!(passes(&program, &v6("2001:db8::2", "2001:db8::1", [22, 5000])));
        assert!(!passes(&program, &v6("2001:db8::2", "2001:db8::1", [23, 5000])));
        assert!(!passes(&program, &v6("2001:db8::1", "2001:db8::3", [5000, 22])));
    }
}
