use super::*;
use crate::model::question::*;

/// A capture of bare IP packets, one every ten milliseconds.
struct Capture {
    bytes: Vec<u8>,
    micros: u32,
    wait: u32,
    port: u16,
}

const CLIENT: [u8; 4] = [192, 0, 2, 1];
const SERVER: [u8; 4] = [192, 0, 2, 2];

impl Capture {
    fn new() -> Self {
        let mut bytes = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
        bytes.extend([0; 8]);
        bytes.extend([0xff, 0xff, 0, 0, 101, 0, 0, 0]);
        Self { bytes, micros: 0, wait: 0, port: 5000 }
    }

    fn wait(mut self, seconds: u32) -> Self {
        self.wait += seconds;
        self
    }

    /// The next packet comes a millisecond after the last.
    fn soon(mut self) -> Self {
        self.micros -= 9000;
        self
    }

    fn packet(
        mut self,
        by_server: bool,
        flags: u8,
        numbers: (u32, u32),
        data: &[u8],
        ttl: u8,
    ) -> Self {
        let (source, destination) = if by_server { (SERVER, CLIENT) } else { (CLIENT, SERVER) };
        let ports = if by_server { [22, self.port] } else { [self.port, 22] };
        let length = (40 + data.len()) as u16;
        let mut packet = vec![0x45, 0];
        packet.extend(length.to_be_bytes());
        packet.extend([0, 0, 0x40, 0, ttl, 6, 0, 0]);
        packet.extend(source);
        packet.extend(destination);
        packet.extend(ports.map(u16::to_be_bytes).concat());
        packet.extend(numbers.0.to_be_bytes());
        packet.extend(numbers.1.to_be_bytes());
        packet.extend([0x50, flags, 0xfa, 0xf0, 0, 0, 0, 0]);
        packet.extend(data);
        let size = (packet.len() as u32).to_le_bytes();
        self.bytes.extend((1_700_000_000 + self.wait).to_le_bytes());
        self.bytes.extend(self.micros.to_le_bytes());
        self.bytes.extend(size);
        self.bytes.extend(size);
        self.bytes.extend(packet);
        self.micros += 10_000;
        self
    }

    fn opened() -> Self {
        Self::new().open()
    }

    fn open(self) -> Self {
        self.packet(false, 2, (100, 0), &[], 64).packet(true, 18, (500, 101), &[], 57).packet(
            false,
            16,
            (101, 501),
            &[],
            64,
        )
    }

    /// Opened, and reset when the client has spoken.
    fn reset_soon(self) -> Self {
        let hello = b"SSH-2.0-OpenSSH_9.9\r\n";
        self.open().packet(false, 24, (101, 501), hello, 64).soon().packet(
            true,
            20,
            (501, 122),
            &[],
            57,
        )
    }

    fn told(&self) -> Told {
        read(&self.bytes, &Asked::default())
    }
}

fn holds(told: &Told, answer: impl Into<Answer>) -> bool {
    let answer = answer.into();
    told.shown.iter().any(|shown| shown.answer == answer)
}

#[test]
fn syns_without_an_answer() {
    let told = Capture::new()
        .packet(false, 2, (100, 0), &[], 64)
        .wait(1)
        .packet(false, 2, (100, 0), &[], 64)
        .told();
    assert!(holds(&told, Connect::Silent), "{told:?}");
    let refused =
        Capture::new().packet(false, 2, (100, 0), &[], 64).packet(true, 20, (0, 101), &[], 57);
    assert!(holds(&refused.told(), Connect::Reset));
}

#[test]
fn a_reset_that_came_another_way_is_somebody_else_s() {
    let hello = b"SSH-2.0-OpenSSH_9.9\r\n";
    let begun = || Capture::opened().packet(false, 24, (101, 501), hello, 64);
    let far = begun().packet(true, 20, (501, 122), &[], 250).told();
    assert!(holds(&far, Hello::Reset) && holds(&far, EndSentBy::SomebodyElse), "{far:?}");
    let same = begun().packet(true, 20, (501, 122), &[], 57).told();
    assert!(holds(&same, Hello::Reset) && !holds(&same, EndSentBy::SomebodyElse), "{same:?}");
    let off = begun().packet(true, 20, (9501, 122), &[], 57).told();
    assert!(holds(&off, EndSentBy::SomebodyElse), "{off:?}");
}

/// One slow handshake is no long way: it may have waited for ARP.
#[test]
fn a_reset_that_cannot_have_come_from_the_server_yet() {
    let one = Capture::new().reset_soon();
    assert!(!holds(&one.told(), EndSentBy::SomebodyElse), "{:?}", one.told());
    let two = |mut capture: Capture| {
        capture.port += 1;
        capture.reset_soon().told()
    };
    let far = two(one);
    assert!(holds(&far, EndSentBy::SomebodyElse), "{far:?}");
    let mut near = Capture::new().reset_soon();
    near.port += 7;
    let near =
        near.packet(false, 2, (100, 0), &[], 64).soon().packet(true, 18, (500, 101), &[], 57);
    let near = two(near);
    assert!(!holds(&near, EndSentBy::SomebodyElse), "{near:?}");
}

#[test]
fn what_is_never_acknowledged_is_told_with_its_size() {
    let server = b"SSH-2.0-OpenSSH_9.2\r\n";
    let client = b"SSH-2.0-OpenSSH_9.9\r\n";
    let mut init = vec![0, 0, 5, 0xdc, 4, 20];
    init.resize(1400, 0);
    let told = Capture::opened()
        .packet(false, 24, (101, 501), client, 64)
        .packet(true, 24, (501, 122), server, 57)
        .packet(false, 24, (122, 522), &init, 64)
        .wait(1)
        .packet(false, 24, (122, 522), &init, 64)
        .wait(2)
        .packet(true, 16, (522, 122), &[], 57)
        .packet(false, 24, (122, 522), &init, 64)
        .told();
    assert!(holds(&told, KexInit::Silent) && holds(&told, Unacked::LargeSegment), "{told:?}");
}

/// A KEXINIT in two segments, of which only the small one arrives.
const LOST: &str = "\
10:00:00.00 IP 192.0.2.1.5000 > 192.0.2.2.22: Flags [S], seq 9, win 64240, options [mss 1460,sackOK,TS val 1 ecr 0], length 0
10:00:00.01 IP 192.0.2.2.22 > 192.0.2.1.5000: Flags [S.], seq 7, ack 10, win 65160, options [mss 1460,sackOK,TS val 1 ecr 1], length 0
10:00:00.02 IP 192.0.2.1.5000 > 192.0.2.2.22: Flags [P.], seq 1:22, ack 1, win 502, length 21: SSH: SSH-2.0-OpenSSH_9.6
10:00:00.03 IP 192.0.2.2.22 > 192.0.2.1.5000: Flags [P.], seq 1:22, ack 22, win 509, length 21: SSH: SSH-2.0-OpenSSH_9.2
10:00:00.04 IP 192.0.2.1.5000 > 192.0.2.2.22: Flags [.], seq 22:1470, ack 22, win 502, length 1448
10:00:00.04 IP 192.0.2.1.5000 > 192.0.2.2.22: Flags [P.], seq 1470:1558, ack 22, win 502, length 88
SACK
10:00:00.30 IP 192.0.2.1.5000 > 192.0.2.2.22: Flags [.], seq 22:1470, ack 22, win 502, length 1448
10:00:00.90 IP 192.0.2.1.5000 > 192.0.2.2.22: Flags [.], seq 22:1470, ack 22, win 502, length 1448
10:00:02.10 IP 192.0.2.1.5000 > 192.0.2.2.22: Flags [.], seq 22:1470, ack 22, win 502, length 1448
";

#[test]
fn what_arrived_behind_a_gap_tells_size_from_silence() {
    let sack = "10:00:00.05 IP 192.0.2.2.22 > 192.0.2.1.5000: Flags [.], ack 22, win 509, options [nop,nop,TS val 2 ecr 2,nop,nop,sack 1 {1470:1558}], length 0";
    for (line, is_size) in [(sack, true), ("", false)] {
        let text = LOST.replace("SACK", line);
        let told = read_text((1..).zip(text.lines()), &Asked::default()).unwrap();
        assert!(holds(&told, KexInit::Silent), "{told:?}");
        assert_eq!(holds(&told, Unacked::LargeSegment), is_size, "{told:?}");
    }
}

#[test]
fn a_good_end_with_a_late_reset_is_no_trouble() {
    let told = Capture::opened()
        .packet(true, 24, (501, 101), b"SSH-2.0-OpenSSH_9.2\r\n", 57)
        .packet(false, 17, (101, 522), &[], 64)
        .packet(true, 17, (522, 102), &[], 57)
        .packet(true, 4, (523, 0), &[], 57)
        .told();
    assert!(!holds(&told, KexInit::Reset) && !holds(&told, Hello::Reset), "{told:?}");
}
