use proptest::prelude::*;

use super::*;

const SNMP: &str = "\
Icmp: InMsgs InErrors InDestUnreachs
Icmp: 1 0 7
IcmpMsg: InType3
IcmpMsg: 7
Tcp: RtoMin MaxConn OutRsts
Tcp: 200 -1 18
";

fn counters(text: &str) -> Counters {
    let mut counters = Counters::default();
    counters.read(text);
    counters
}

fn check(text: &str, name: &str, expected: Option<i64>) {
    assert_eq!(counters(text).value(name), expected, "{name} in {text:?}");
}

#[test]
fn a_broken_file_has_the_counters_that_are_whole() {
    check("", "TcpOutRsts", None);
    check("Tcp: OutRsts", "TcpOutRsts", None);
    check("Tcp: OutRsts\nUdp: 1\nUdp: 2\n", "TcpOutRsts", None);
    check("Tcp: A B\nTcp: 1\n", "TcpA", Some(1));
    check("Tcp: A B\nTcp: 1\n", "TcpB", None);
    check("Tcp: A\nTcp: 99999999999999999999\n", "TcpA", None);
}

#[test]
fn names_are_those_of_nstat() {
    check(SNMP, "IcmpInDestUnreachs", Some(7));
    check(SNMP, "IcmpMsgInType3", Some(7));
    check(SNMP, "TcpMaxConn", Some(-1));
    check(
        "Icmp6InDestUnreachs             \t3\nUdp6InErrors \t0\n",
        "Icmp6InDestUnreachs",
        Some(3),
    );
}

#[test]
fn files_add_up_and_changes_are_told() {
    let mut before = counters(SNMP);
    before.read("TcpExt: ListenDrops\nTcpExt: 4\n");
    let mut after = counters(&SNMP.replace("1 0 7", "3 0 7"));
    after.read("TcpExt: ListenDrops New\nTcpExt: 5 9\n");
    let changed: Vec<_> = after.since(&before).into_iter().collect();
    assert_eq!(changed, [("IcmpInMsgs".to_owned(), 2), ("TcpExtListenDrops".to_owned(), 1)]);
}

#[test]
fn sockets() {
    let line = |address: [u8; 4]| format!("{:08X}", u32::from_ne_bytes(address));
    let text = format!(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
           0: {}:07E8 {}:0000 0A 00000000:00000002 00:00000000 00000000     0        0 19 1 0000000054c0a942 100 0 0 10 0\n   \
           1: {}:B6CF {}:0016 01 00000618:00000000 01:000007E9 0000000A  1000        0 77 3 00000000351a12dd\n",
        line([0; 4]),
        line([0; 4]),
        line([127, 0, 0, 1]),
        line([192, 0, 2, 7]),
    );
    let sockets = parse_tcp_sockets(&text);
    assert_eq!(sockets.len(), 2);
    assert_eq!((sockets[0].state, sockets[0].receive_queue), (TcpState::Listen, 2));
    assert_eq!(sockets[0].local.to_string(), "0.0.0.0:2024");
    assert_eq!(sockets[1].remote.to_string(), "192.0.2.7:22");
    assert_eq!((sockets[1].send_queue, sockets[1].retransmits), (0x618, 10));
    assert_eq!((sockets[1].uid, sockets[1].inode), (1000, 77));
}

#[test]
fn sockets_of_ipv6() {
    let words: String = Ipv6Addr::LOCALHOST
        .octets()
        .chunks_exact(4)
        .map(|four| format!("{:08X}", u32::from_ne_bytes([four[0], four[1], four[2], four[3]])))
        .collect();
    let text =
        format!("0: {words}:0016 {words}:C000 02 00000001:00000000 01:1 00000000 0 0 5 2 x\n");
    let sockets = parse_tcp_sockets(&text);
    assert_eq!(sockets[0].local.to_string(), "[::1]:22");
    assert_eq!(sockets[0].state, TcpState::SynSent);
}

proptest! {
    #[test]
    fn never_panics(text in "((Tcp|Ip|[0-9]+): ?[A-Za-z0-9:é ]{0,60}\n){0,6}") {
        counters(&text);
        parse_tcp_sockets(&text);
    }

    #[test]
    fn nothing_changes_since_itself(text in "((Tcp|Ip): ?[A-Z 0-9]{0,20}\n){0,6}") {
        let read = counters(&text);
        prop_assert!(read.since(&read).is_empty());
    }
}
