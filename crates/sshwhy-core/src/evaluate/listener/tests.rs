use proptest::prelude::*;

use super::*;

fn flow(destination: &str, port: u16) -> Flow {
    let destination: IpAddr = destination.parse().unwrap();
    let source = if destination.is_ipv4() { "192.0.2.7" } else { "2001:db8::7" };
    let source = source.parse().unwrap();
    Flow { source, source_port: None, destination, port, interface: None }
}

fn socket(local: &str, name: &str) -> Socket {
    let program = Program { pid: 812, name: name.to_owned(), ..Program::default() };
    Socket {
        local: local.parse().unwrap(),
        v6_only: Some(false),
        interface: None,
        queue: 0,
        backlog: Some(128),
        stands_still: false,
        uid: 0,
        programs: if name.is_empty() { vec![] } else { vec![program] },
    }
}

fn check(sockets: &[Socket], to: &str, answer: Option<Listener>, text: &str) {
    let judged = judge(sockets, &flow(to, 22), &[]);
    assert_eq!((judged.answer, judged.text.as_str()), (answer, text), "{judged:?}");
}

#[test]
fn a_sound_host() {
    let text = "sshd (pid 812) listens on 0.0.0.0:22, queue 0 of 128";
    let sockets = [socket("0.0.0.0:22", "sshd"), socket("[::]:22", "sshd")];
    check(&sockets, "10.0.0.1", Some(Listener::Listens), text);
    let text = "sshd (pid 812) listens on [::]:22, queue 0 of 128";
    check(&sockets, "2001:db8::1", Some(Listener::Listens), text);
    // systemd holds the socket, for IPv4 too.
    let text = "systemd (pid 812) listens on [::]:22, queue 0 of 128";
    check(&[socket("[::]:22", "systemd")], "10.0.0.1", Some(Listener::Listens), text);
    // The address that stands for IPv4 in IPv6.
    let text = "sshd (pid 812) listens on [::ffff:10.0.0.1]:22, queue 0 of 128";
    let mapped = [socket("[::ffff:10.0.0.1]:22", "sshd")];
    check(&mapped, "10.0.0.1", Some(Listener::Listens), text);
    check(&mapped, "::ffff:10.0.0.1", Some(Listener::Listens), text);
}

#[test]
fn nothing_or_elsewhere() {
    check(&[], "10.0.0.1", Some(Listener::Nothing), "nothing listens on 10.0.0.1:22");
    let web = [socket("0.0.0.0:80", "nginx")];
    check(&web, "10.0.0.1", Some(Listener::Nothing), "nothing listens on 10.0.0.1:22");
    for local in ["0.0.0.0:2222", "127.0.0.1:22", "10.0.0.2:22"] {
        let text = format!(
            "nothing listens on 10.0.0.1:22; sshd (pid 812) listens on {local}, queue 0 of 128"
        );
        check(&[socket(local, "sshd")], "10.0.0.1", Some(Listener::Elsewhere), &text);
    }
    let six = Socket { v6_only: Some(true), ..socket("[::]:22", "sshd") };
    let text = "nothing listens on 10.0.0.1:22; \
                sshd (pid 812) listens on [::]:22 (IPv6 only), queue 0 of 128";
    check(&[six], "10.0.0.1", Some(Listener::Elsewhere), text);
    let text = "nothing listens on [2001:db8::1]:22; \
                sshd (pid 812) listens on 0.0.0.0:22, queue 0 of 128";
    check(&[socket("0.0.0.0:22", "sshd")], "2001:db8::1", Some(Listener::Elsewhere), text);
}

#[test]
fn what_is_not_known_is_not_said() {
    let text = "a program of user 0 listens on [::]:22, queue 0";
    let old = Socket { v6_only: None, backlog: None, ..socket("[::]:22", "") };
    check(&[old], "10.0.0.1", None, text);
    let bound = Socket { interface: Some("eth1".into()), ..socket("0.0.0.0:22", "sshd") };
    let judge_by = |by: &[&str]| {
        let by: Vec<String> = by.iter().map(|b| (*b).to_owned()).collect();
        let judged = judge(std::slice::from_ref(&bound), &flow("10.0.0.1", 22), &by);
        (judged.answer, judged.open.is_some())
    };
    assert_eq!(judge_by(&[]), (None, true));
    assert_eq!(judge_by(&["eth1"]), (Some(Listener::Listens), false));
    assert_eq!(judge_by(&["eth0", "eth1"]), (Some(Listener::Listens), false));
    assert_eq!(judge_by(&["eth0"]), (Some(Listener::Elsewhere), false));
    // Not root: something listens, and its user is all that is known.
    let unnamed = socket("0.0.0.0:22", "");
    let judged = judge(std::slice::from_ref(&unnamed), &flow("10.0.0.1", 22), &[]);
    assert_eq!((judged.answer, judged.open.is_some()), (None, true));
    let still = Socket { queue: 2, stands_still: true, ..unnamed };
    let judged = judge(&[still], &flow("10.0.0.1", 22), &[]);
    assert_eq!((judged.answer, judged.open.is_some()), (Some(Listener::Stopped), true));
    let relay = judge(&[socket("0.0.0.0:22", "sslh")], &flow("10.0.0.1", 22), &[]);
    assert_eq!((relay.answer, relay.open.is_some()), (None, true));
}

#[test]
fn another_program() {
    let sockets = [socket("0.0.0.0:22", "vsftpd"), socket("0.0.0.0:2222", "sshd")];
    let text = "vsftpd (pid 812) listens on 0.0.0.0:22, queue 0 of 128; \
                sshd (pid 812) listens on 0.0.0.0:2222, queue 0 of 128";
    check(&sockets, "10.0.0.1", Some(Listener::OtherProgram), text);
    // The kernel prefers the socket with the address, whoever holds the other one.
    let sockets = [socket("0.0.0.0:22", "sshd"), socket("10.0.0.1:22", "vsftpd")];
    let judged = judge(&sockets, &flow("10.0.0.1", 22), &[]);
    assert_eq!(judged.answer, Some(Listener::OtherProgram));
    let judged = judge(&sockets, &flow("10.0.0.2", 22), &[]);
    assert_eq!(judged.answer, Some(Listener::Listens));
    // IPv4 goes to the socket of IPv4 first.
    let sockets = [socket("[::]:22", "vsftpd"), socket("0.0.0.0:22", "sshd")];
    let judged = judge(&sockets, &flow("10.0.0.1", 22), &[]);
    assert_eq!(judged.answer, Some(Listener::Listens));
}

#[test]
fn queues() {
    let queue = |queue: u32| Socket { queue, ..socket("0.0.0.0:22", "sshd") };
    let text = "sshd (pid 812) listens on 0.0.0.0:22, queue 128 of 128";
    check(&[queue(128)], "10.0.0.1", Some(Listener::Listens), text);
    let text = "sshd (pid 812) listens on 0.0.0.0:22, queue 129 of 128";
    check(&[queue(129)], "10.0.0.1", Some(Listener::QueueFull), text);
    let still = Socket { stands_still: true, ..queue(3) };
    let text = "sshd (pid 812) listens on 0.0.0.0:22, queue 3 of 128, \
                and none of those that wait was accepted while we watched";
    check(&[still], "10.0.0.1", Some(Listener::Stopped), text);
    let mut stopped = queue(0);
    stopped.programs[0].stopped = Some("stopped by a signal");
    let text = "sshd (pid 812, stopped by a signal) listens on 0.0.0.0:22, queue 0 of 128";
    check(&[stopped], "10.0.0.1", Some(Listener::Stopped), text);
}

proptest! {
    #[test]
    fn never_panics_and_never_blames_a_host_that_listens(
        sockets in proptest::collection::vec((0_u8..8, 0_u16..3, 0_usize..4), 0..6),
        to in 0_u8..4,
    ) {
        let names = ["sshd", "vsftpd", "", "sslh"];
        let locals = ["0.0.0.0", "[::]", "10.0.0.1", "[2001:db8::1]", "127.0.0.1", "[::1]",
            "[::ffff:10.0.0.1]", "10.0.0.2"];
        let mut sockets: Vec<Socket> = sockets
            .iter()
            .map(|(at, port, name)| {
                socket(&format!("{}:{}", locals[usize::from(*at)], 22 + port), names[*name])
            })
            .collect();
        let to = ["10.0.0.1", "2001:db8::1", "::1", "127.0.0.1"][usize::from(to)];
        judge(&sockets, &flow(to, 22), &[]);
        // Whatever else there is, a sound sshd on the very address and on no interface decides,
        // unless something else has just the same address.
        let local = SocketAddr::new(to.parse().unwrap(), 22);
        sockets.retain(|s| s.local.ip().to_canonical() != local.ip());
        sockets.push(socket(&local.to_string(), "sshd"));
        prop_assert_eq!(judge(&sockets, &flow(to, 22), &[]).answer, Some(Listener::Listens));
    }
}
