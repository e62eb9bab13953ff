//! The faults, each as short as what it does on the wire.

use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use socket2::SockRef;
use sshwhy_core::wire::ssh::kexinit::KexInit;
use sshwhy_core::wire::ssh::kexinit::Proposal;
use sshwhy_core::wire::ssh::packet;
use sshwhy_core::wire::ssh::packet::Padding;

/// A way to be broken.
pub struct Fault {
    /// The cause that it shows.
    pub cause: &'static str,
    /// What the server does, in a few words.
    pub about: &'static str,
    pub(super) behaviour: Behaviour,
}

/// What the server does.
#[derive(Clone, Copy)]
pub(super) enum Behaviour {
    /// Nothing listens.
    NoListener,
    /// The kernel completes handshakes; nobody accepts them.
    NeverAccept,
    /// Each connection is given to this, with its number from zero.
    Serve(fn(TcpStream, usize)),
}

/// All faults that can be shown on loopback.
pub static FAULTS: &[Fault] = &[
    Fault {
        cause: "tcp-wrappers-deny",
        about: "waits five seconds and ends, as libwrap does",
        behaviour: Behaviour::Serve(wrappers),
    },
    Fault {
        cause: "no-listener",
        about: "does not listen at all",
        behaviour: Behaviour::NoListener,
    },
    Fault {
        cause: "sshd-hung",
        about: "has an open port and never accepts a connection",
        behaviour: Behaviour::NeverAccept,
    },
    Fault {
        cause: "maxstartups-throttled",
        about: "drops most connections at once, and says so",
        behaviour: Behaviour::Serve(throttled),
    },
    Fault {
        cause: "per-source-penalty",
        about: "drops every connection, and says: Not allowed at this time",
        behaviour: Behaviour::Serve(penalty),
    },
    Fault {
        cause: "middlebox-reset",
        about: "resets as soon as the client speaks, and greets those who keep silent",
        behaviour: Behaviour::Serve(reset_on_words),
    },
    Fault {
        cause: "load-balancer-reset",
        about: "accepts and closes at once without a word",
        behaviour: Behaviour::Serve(close_at_once),
    },
    Fault {
        cause: "wrong-service-on-port",
        about: "is a web server",
        behaviour: Behaviour::Serve(web_server),
    },
    Fault {
        cause: "protocol-version-mismatch",
        about: "speaks only SSH 1",
        behaviour: Behaviour::Serve(old_protocol),
    },
    Fault {
        cause: "kex-mismatch",
        about: "offers only a key exchange of the last century",
        behaviour: Behaviour::Serve(|s, _| {
            offer(s, |p| p.kex = names("diffie-hellman-group1-sha1"))
        }),
    },
    Fault {
        cause: "rsa-sha1-disabled",
        about: "signs with its host key by SHA-1 only",
        behaviour: Behaviour::Serve(|s, _| offer(s, |p| p.host_key = names("ssh-rsa"))),
    },
    Fault {
        cause: "cipher-mismatch",
        about: "offers only CBC ciphers",
        behaviour: Behaviour::Serve(|s, _| offer(s, |p| p.cipher = names("3des-cbc,aes128-cbc"))),
    },
    Fault {
        cause: "mac-mismatch",
        about: "offers no MAC of this century",
        behaviour: Behaviour::Serve(|s, _| {
            offer(s, |p| {
                p.cipher = names("aes128-ctr");
                p.mac = names("hmac-md5,hmac-sha1-96");
            });
        }),
    },
];

const IDENT: &[u8] = b"SSH-2.0-OpenSSH_9.2p1 demo\r\n";

fn wrappers(stream: TcpStream, _: usize) {
    thread::sleep(Duration::from_secs(5));
    // Closing with unread bytes makes the kernel send a reset, as at the real sshd.
    drop(stream);
}

fn throttled(mut stream: TcpStream, number: usize) {
    // A dice would make the demo a game of chance; every third connection gets through.
    if number % 3 == 2 {
        offer(stream, |_| {});
    } else {
        let _ = stream.write_all(b"Exceeded MaxStartups\r\n");
    }
}

fn penalty(mut stream: TcpStream, _: usize) {
    let _ = stream.write_all(b"Not allowed at this time\r\n");
}

fn reset_on_words(mut stream: TcpStream, _: usize) {
    // What passes first is the client's words; a silent client gets the server's after a while.
    let _ = stream.set_read_timeout(Some(Duration::from_millis(150)));
    let mut word = [0; 4];
    if stream.read_exact(&mut word).is_ok() {
        let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    } else {
        let _ = stream.write_all(IDENT);
        thread::sleep(Duration::from_secs(1));
    }
}

fn close_at_once(stream: TcpStream, _: usize) {
    drop(stream);
}

fn web_server(mut stream: TcpStream, _: usize) {
    let mut verb = [0; 4];
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    let _ = stream.read_exact(&mut verb);
    let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
}

fn old_protocol(mut stream: TcpStream, _: usize) {
    let _ = stream.write_all(b"SSH-1.5-OpenSSH_2.1\r\n");
    wait_for_end(&mut stream);
}

/// Greets and sends a KEXINIT of the usual lists with a change.
fn offer(mut stream: TcpStream, change: fn(&mut Proposal)) {
    let mut proposal = Proposal::usual();
    change(&mut proposal);
    let kexinit = KexInit::of_client([7; 16], &proposal).encode();
    let Some(packet) = packet::encode(&kexinit, Padding::Least) else { return };
    let _ = stream.write_all(IDENT).and_then(|()| stream.write_all(&packet));
    wait_for_end(&mut stream);
}

fn wait_for_end(stream: &mut TcpStream) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(3)));
    let mut bytes = [0; 4096];
    while matches!(stream.read(&mut bytes), Ok(1..)) {}
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}
