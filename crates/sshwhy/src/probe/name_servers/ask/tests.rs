use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::UdpSocket;
use std::thread;

use super::*;

#[test]
fn names_that_cannot_be_asked_for() {
    for name in ["a..b", &"a".repeat(64), &"a.".repeat(200)] {
        assert!(query(name, Rtype::A).is_none(), "{name}");
    }
    assert!(query("host.example.", Rtype::A).is_some());
}

#[test]
fn replies_add_up() {
    let addresses = || Reply::Addresses([IpAddr::from([10, 0, 0, 1])].into());
    let check = |replies: &[Reply], expected| {
        assert_eq!(combine(replies.to_vec()).answer, expected, "{replies:?}");
    };
    let failing = || Reply::Failing("SERVFAIL".to_owned());
    check(&[Reply::NoSuchName, Reply::NoSuchName], NameServer::NoSuchName);
    check(&[Reply::NoAddress, Reply::NoAddress], NameServer::NoAddress);
    check(&[failing(), Reply::NoSuchName], NameServer::Failing);
    check(&[Reply::NoAddress, failing()], NameServer::Failing);
    check(&[Reply::Refusing, Reply::NoAddress], NameServer::Refusing);
    check(&[addresses(), Reply::NoAddress], NameServer::Answers);
    check(&[failing(), addresses()], NameServer::Answers);
}

/// A name server on loopback that answers each datagram with what `answer` makes of it.
fn server(answer: impl Fn(&[u8]) -> Vec<u8> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            socket.send_to(&answer(&buffer[..length]), from).unwrap();
        }
    });
    address
}

/// The query turned into a reply with these bytes for the flags, and a count of answers.
fn reply(query: &[u8], flags: [u8; 2], answers: u8) -> Vec<u8> {
    let mut bytes = query.to_vec();
    bytes[2..4].copy_from_slice(&flags);
    bytes[7] = answers;
    bytes
}

/// An A record for the name of the question.
const RECORD: &[u8] = &[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 7];

fn check(server: SocketAddr, names: &[&str], expected: NameServer) -> String {
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    let said = ask(server, &names, &[Rtype::A, Rtype::AAAA], &Cancel::new());
    assert_eq!(said.answer, expected, "{}", said.text);
    said.text
}

#[test]
fn hostile_answers_are_no_answers() {
    let wrong_identifier = |query: &[u8]| {
        let mut bytes = reply(query, [0x81, 0x80], 1);
        bytes[0] ^= 1;
        bytes
    };
    thread::scope(|scope| {
        scope.spawn(|| check(server(wrong_identifier), &["box"], NameServer::Silent));
        scope.spawn(|| check(server(|_| vec![0; 3]), &["box"], NameServer::Silent));
    });
    // It claims a record that is not there.
    let hollow = |query: &[u8]| reply(query, [0x81, 0x80], 9);
    check(server(hollow), &["box"], NameServer::NoAddress);
}

#[test]
fn codes_become_answers() {
    let with = |flags: [u8; 2]| server(move |query| reply(query, flags, 0));
    let text = check(with([0x81, 0x83]), &["box.corp", "box"], NameServer::NoSuchName);
    assert!(text.contains("127.0.0.1: box.corp, box: no such name"), "{text}");
    check(with([0x81, 0x82]), &["box"], NameServer::Failing);
    check(with([0x81, 0x85]), &["box"], NameServer::Refusing);
    check(with([0x81, 0x80]), &["box"], NameServer::NoAddress);
}

#[test]
fn the_first_name_that_is_known_counts() {
    let known = server(|query| {
        let is_v4 = query[query.len() - 3] == 1;
        match query[12] {
            3 if is_v4 => [reply(query, [0x81, 0x80], 1), RECORD.to_vec()].concat(),
            3 => reply(query, [0x81, 0x80], 0),
            _ => reply(query, [0x81, 0x83], 0),
        }
    });
    let text = check(known, &["other", "box", "box.corp"], NameServer::Answers);
    assert!(text.starts_with("127.0.0.1: box: 10.0.0.7, "), "{text}");
}

#[test]
fn nobody_at_home() {
    let address = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let text = check(address, &["box"], NameServer::Unreachable);
    assert!(text.contains("refused"), "{text}");
}

#[test]
fn cut_answers_are_fetched_by_tcp() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let listener = TcpListener::bind(address).unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            socket.send_to(&reply(&buffer[..length], [0x83, 0x80], 0), from).unwrap();
        }
    });
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut length = [0; 2];
            stream.read_exact(&mut length).unwrap();
            let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut query).unwrap();
            let whole = [reply(&query, [0x81, 0x80], 1), RECORD.to_vec()].concat();
            stream.write_all(&(whole.len() as u16).to_be_bytes()).unwrap();
            stream.write_all(&whole).unwrap();
        }
    });
    check(address, &["box"], NameServer::Answers);
}
