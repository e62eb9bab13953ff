use proptest::prelude::*;

use super::*;

fn only(text: &str) -> Printed<'_> {
    let all: Vec<_> = packets((1..).zip(text.lines())).collect();
    let [(_, packet)] = all.as_slice() else { panic!("{all:?}") };
    packet.clone()
}

#[test]
fn a_segment_in_every_dress() {
    for text in [
        "10:00:01.5 IP 192.0.2.1.5000 > 192.0.2.2.22: Flags [S], seq 7, win 64240, options [mss 1460,nop,wscale 7], length 0",
        "10:00:01.5 eth0  Out IP 192.0.2.1.5000 > 192.0.2.2.ssh: Flags [S], seq 7, win 64240, length 0",
        "2026-11-26 10:00:01.5 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)\n    192.0.2.1.5000 > 192.0.2.2.22: Flags [S], cksum 0x1 (correct), seq 7, win 64240, length 0",
        "10:00:01.5 02:42 > 02:43, ethertype IPv4 (0x0800), length 74: 192.0.2.1.5000 > 192.0.2.2.22: Flags [S], seq 7, win 64240, length 0",
        "10:00:01.5 IP 192.0.2.1.5000 > 192.0.2.2.22: S 7:7(0) win 64240 <mss 1460>",
    ] {
        let packet = only(text);
        assert_eq!(packet.at, Some(36_001.5), "{text}");
        assert_eq!(packet.source, End { host: "192.0.2.1", port: Some(5000) }, "{text}");
        assert_eq!(packet.destination, End { host: "192.0.2.2", port: Some(22) }, "{text}");
        let What::Tcp(tcp) = packet.what else { panic!("{text}") };
        assert_eq!((tcp.flags, tcp.sequence, tcp.window), (2, Some(7), Some(64240)), "{text}");
    }
}

#[test]
fn what_is_said() {
    let packet = only(
        "10:00:01 IP a.example.net.5000 > b.ssh: Flags [P.], seq 1:22, ack 1, win 502, length 21: SSH: SSH-2.0-OpenSSH_9.2",
    );
    let What::Tcp(tcp) = packet.what else { panic!() };
    assert_eq!(tcp.message, Some(Message::Ident("SSH-2.0-OpenSSH_9.2")));
    assert_eq!(
        (tcp.flags, tcp.sequence, tcp.acknowledgement, tcp.length),
        (24, Some(1), Some(1), 21)
    );
    let packet = only(
        "10:00:01 IP b.ssh > a.5000: Flags [.], ack 22, win 502, options [nop,nop,TS val 7 ecr 9,nop,nop,sack 1 {1470:1558}], length 0",
    );
    let What::Tcp(tcp) = packet.what else { panic!() };
    assert_eq!((tcp.times, tcp.sacked), (Some((7, 9)), Some(1558)));
    let packet = only(
        "10:00:01 IP 192.0.2.9 > 192.0.2.1: ICMP host 192.0.2.2 unreachable - admin prohibited filter, length 68",
    );
    assert_eq!(packet.what, What::Icmp(IcmpError::AdminProhibited, Some("192.0.2.2")));
    let packet = only(
        "    4   0.010000  192.0.2.2 → 192.0.2.1 SSHv2 107 Server: Protocol (SSH-2.0-OpenSSH_9.2)",
    );
    assert_eq!(packet.what, What::Ssh(Message::Ident("SSH-2.0-OpenSSH_9.2"), 107));
    let packet = only(
        "    5   0.020000  192.0.2.2 → 192.0.2.1 TCP 54 22 → 5000 [RST, ACK] Seq=1 Ack=22 Win=0 Len=0",
    );
    let What::Tcp(tcp) = packet.what else { panic!() };
    assert_eq!((tcp.flags, tcp.sequence), (20, Some(1)));
    let packet = only(
        "    5   0.020000  192.0.2.2 → 192.0.2.1 TCP 1514 [TCP Retransmission] 22 → 5000 [PSH, ACK] Seq=1 Ack=22 Win=501 Len=1448",
    );
    assert!(matches!(packet.what, What::Tcp(Tcp { length: 1448, .. })));
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,200}", part in 0usize..200) {
        let _ = packets((1..).zip(text.lines())).count();
        let line = "10:00:01 IP a.5000 > b.ssh: Flags [P.], seq 1:22, ack 1, win 502, options [mss 1460], length 21: SSH: é";
        let cut = line.get(..part).unwrap_or(line);
        let _ = packets(std::iter::once((1, cut))).count();
    }
}
