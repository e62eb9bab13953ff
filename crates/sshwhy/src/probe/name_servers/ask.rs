//! One name server and one name: the question put to it directly, as the C library would put it
//! (RFC 1035), and its answer in the terms of our question.

use std::collections::BTreeSet;
use std::hash::BuildHasher;
use std::hash::RandomState;
use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;

use domain::base::Message;
use domain::base::MessageBuilder;
use domain::base::Name;
use domain::base::Rtype;
use domain::base::iana::Rcode;
use domain::rdata::A;
use domain::rdata::Aaaa;
use sshwhy_core::model::question::NameServer;

use crate::probe::host_name::list;
use crate::sys::cancel::Cancel;
use crate::sys::datagram::Datagrams;
use crate::sys::error_text;
use crate::sys::tcp;
use crate::sys::tcp::Got;

/// How long each try waits. The first is short: a lost packet must not cost seconds.
const TRIES: [Duration; 2] = [Duration::from_millis(1000), Duration::from_millis(1500)];
/// How long an answer by TCP may take, when it is too long for UDP.
const TCP_LIMIT: Duration = Duration::from_millis(1500);

/// What a name server says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Said {
    /// In the terms of our question.
    pub(super) answer: NameServer,
    /// The addresses, when it has some.
    pub(super) addresses: BTreeSet<IpAddr>,
    /// The name that was asked for, and what came.
    pub(super) text: String,
}

/// Asks one server for the first of the names that it knows.
pub(super) fn ask(server: SocketAddr, names: &[String], types: &[Rtype], cancel: &Cancel) -> Said {
    let began = Instant::now();
    let mut unknown = Vec::new();
    let mut has_name = false;
    for name in names {
        let mut said = ask_for(server, name, types, cancel);
        said.text = format!("{}: {name}: {}", server.ip(), said.text);
        match said.answer {
            NameServer::NoSuchName => unknown.push(name.as_str()),
            NameServer::NoAddress => {
                has_name = true;
                unknown.push(name.as_str());
            }
            NameServer::Answers => {
                said.text += &format!(", {:.1} ms", began.elapsed().as_secs_f64() * 1000.0);
                return said;
            }
            _ => return said,
        }
    }
    let (answer, word) = if has_name {
        (NameServer::NoAddress, "no address")
    } else {
        (NameServer::NoSuchName, "no such name (NXDOMAIN)")
    };
    let millis = began.elapsed().as_secs_f64() * 1000.0;
    let text = format!("{}: {}: {word}, {millis:.1} ms", server.ip(), unknown.join(", "));
    Said { answer, addresses: BTreeSet::new(), text }
}

fn ask_for(server: SocketAddr, name: &str, types: &[Rtype], cancel: &Cancel) -> Said {
    let queries: Vec<_> = types.iter().filter_map(|t| query(name, *t)).collect();
    let mut answers = Vec::new();
    let ended = exchange(server, &queries, &mut answers, cancel);
    let replies: Vec<Reply> = answers.iter().map(read).collect();
    if replies.len() == queries.len() || replies.iter().any(|r| matches!(r, Reply::Addresses(_))) {
        return combine(replies);
    }
    let (answer, text) = match ended {
        Err(error) if error.kind() != io::ErrorKind::TimedOut => {
            (NameServer::Unreachable, error_text::of(&error))
        }
        _ => {
            let seconds: f64 = TRIES.iter().map(Duration::as_secs_f64).sum();
            (NameServer::Silent, format!("no answer to {} queries in {seconds} s", TRIES.len()))
        }
    };
    Said { answer, addresses: BTreeSet::new(), text }
}

type Query = Message<Vec<u8>>;

/// `None` when the name is none: too long, or with an empty part.
fn query(name: &str, kind: Rtype) -> Option<Query> {
    let name: Name<Vec<u8>> = name.parse().ok()?;
    let mut message = MessageBuilder::new_vec();
    // A new hasher has new random keys: nobody can guess the identifier (RFC 5452).
    message.header_mut().set_id(RandomState::new().hash_one(0) as u16);
    message.header_mut().set_rd(true);
    let mut message = message.question();
    message.push((name, kind)).ok()?;
    Some(message.into_message())
}

/// Sends all queries at once, and again; collects their answers.
fn exchange(
    server: SocketAddr,
    queries: &[Query],
    answers: &mut Vec<Query>,
    cancel: &Cancel,
) -> io::Result<()> {
    let mut line = Datagrams::open(server, cancel)?;
    let mut open: Vec<&Query> = queries.iter().collect();
    let mut ended = Ok(());
    for wait in TRIES {
        for query in &open {
            line.send(query.as_slice())?;
        }
        let until = Instant::now() + wait;
        while !open.is_empty() {
            let bytes = match line.receive(until) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    ended = Err(error);
                    break;
                }
                Err(error) => return Err(error),
            };
            let Ok(message) = Message::from_octets(bytes) else { continue };
            let Some(at) = open.iter().position(|q| message.is_answer(q)) else { continue };
            let query = open.remove(at);
            let whole = if message.header().tc() {
                by_tcp(server, query, cancel).unwrap_or(message)
            } else {
                message
            };
            answers.push(whole);
        }
        if open.is_empty() || cancel.is_set() {
            break;
        }
    }
    if open.is_empty() { Ok(()) } else { ended }
}

/// RFC 7766: two bytes of length, then the message.
fn by_tcp(server: SocketAddr, query: &Query, cancel: &Cancel) -> Option<Query> {
    let until = Instant::now() + TCP_LIMIT;
    let mut connection = tcp::connect(server, tcp::Options::default(), TCP_LIMIT, cancel).ok()?;
    let length = u16::try_from(query.as_slice().len()).ok()?;
    connection.write(&[&length.to_be_bytes(), query.as_slice()].concat()).ok()?;
    let mut bytes = Vec::new();
    loop {
        if let Some((length, rest)) = bytes.split_first_chunk::<2>()
            && let Some(message) = rest.get(..usize::from(u16::from_be_bytes(*length)))
        {
            let message = Message::from_octets(message.to_vec()).ok()?;
            return message.is_answer(query).then_some(message);
        }
        match connection.read(until.saturating_duration_since(Instant::now())) {
            Got::Bytes(more) => bytes.extend(more),
            _ => return None,
        }
    }
}

/// One answer.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Reply {
    Addresses(BTreeSet<IpAddr>),
    NoSuchName,
    NoAddress,
    Refusing,
    Failing(String),
}

fn read(message: &Query) -> Reply {
    let addresses = addresses(message).unwrap_or_default();
    match message.header().rcode() {
        Rcode::NOERROR if addresses.is_empty() => Reply::NoAddress,
        Rcode::NOERROR => Reply::Addresses(addresses),
        Rcode::NXDOMAIN => Reply::NoSuchName,
        Rcode::REFUSED => Reply::Refusing,
        other => Reply::Failing(other.to_string()),
    }
}

/// All addresses of the answer section, whichever alias they belong to.
fn addresses(message: &Query) -> Option<BTreeSet<IpAddr>> {
    let section = message.answer().ok()?;
    let v4 = section.limit_to_in::<A>().flatten();
    let v6 = section.limit_to_in::<Aaaa>().flatten();
    let v4 = v4.map(|record| IpAddr::from(record.data().addr()));
    let v6 = v6.map(|record| IpAddr::from(record.data().addr()));
    Some(v4.chain(v6).collect())
}

/// What the answers for all types say together.
fn combine(replies: Vec<Reply>) -> Said {
    let mut addresses = BTreeSet::new();
    let mut worst = (NameServer::NoAddress, "no address".to_owned());
    for reply in replies {
        match reply {
            Reply::Addresses(more) => addresses.extend(more),
            Reply::Failing(code) => worst = (NameServer::Failing, code),
            Reply::Refusing => worst = (NameServer::Refusing, "REFUSED".to_owned()),
            Reply::NoSuchName if worst.0 == NameServer::NoAddress => {
                worst = (NameServer::NoSuchName, "NXDOMAIN".to_owned());
            }
            Reply::NoSuchName | Reply::NoAddress => {}
        }
    }
    if addresses.is_empty() {
        return Said { answer: worst.0, addresses, text: worst.1 };
    }
    let text = list(addresses.iter().copied());
    Said { answer: NameServer::Answers, addresses, text }
}

#[cfg(test)]
mod tests;
