//! On the server: would this client get in, and if not, which line stops it?

use super::answer;
use super::watch::Watch;
use crate::cli::args::Server;
use crate::cli::exit_code::ExitCode;
use crate::cli::interrupt;
use crate::cli::terminal::Terminal;
use crate::engine::server;
use crate::engine::server::Asked;
use crate::sys::cancel::Cancel;

pub(in crate::cli) fn run(args: &Server) -> ExitCode {
    let terminal = Terminal::detect();
    let cancel = Cancel::new();
    interrupt::watch(&cancel);
    let asked = Asked {
        source: args.from.map(|client| client.address),
        source_port: args.from.and_then(|client| client.port),
        user: args.user.clone(),
        port: args.port,
        destination: args.to,
    };
    let mut watch = Watch::new(&terminal, "this host", &args.output);
    let run = server::look(&asked, &cancel, |event| watch.look(event));
    answer::give(&run, &args.output, watch, &terminal)
}
