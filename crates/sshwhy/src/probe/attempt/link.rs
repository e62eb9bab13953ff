//! What an attempt's bytes go over: a TCP connection of our own, or a program that connects for us.

use std::io;
use std::time::Duration;

use crate::engine::budget::Permit;
use crate::engine::scene::Link;
use crate::sys::pipe::Pipe;
use crate::sys::tcp::Got;
use crate::sys::tcp_info::TcpInfo;

/// The way to the server.
#[derive(Debug)]
pub enum Transport {
    /// A TCP connection.
    Tcp(Link),
    /// A program such as `ssh -W` through a jump host, with its place in the budget.
    Program(Pipe, Permit),
}

impl Transport {
    pub(super) fn read(&mut self, limit: Duration) -> Got {
        match self {
            Self::Tcp(link) => link.connection.read(limit),
            Self::Program(pipe, _) => pipe.read(limit),
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Tcp(link) => link.connection.write(bytes),
            Self::Program(pipe, _) => pipe.write(bytes),
        }
    }

    /// What the kernel knows; nothing for a program.
    pub(super) fn info(&self) -> Option<TcpInfo> {
        match self {
            Self::Tcp(link) => Some(link.connection.info()),
            Self::Program(..) => None,
        }
    }

    /// What the program said on standard error; empty for TCP.
    pub(super) fn said(&mut self) -> String {
        match self {
            Self::Tcp(_) => String::new(),
            Self::Program(pipe, _) => String::from_utf8_lossy(pipe.words()).into_owned(),
        }
    }
}
