//! Where sshd listens.

use super::Done;
use super::Fault;
use super::Setter;
use super::list::host_and_port;
use crate::evaluate::sshd::criteria;

/// Most ports (`MAX_PORTS`).
const MAX_PORTS: usize = 256;

impl Setter<'_> {
    /// All lines count, unless ports were given on the command line.
    pub(super) fn port(&mut self) -> Done {
        if self.settings.has_ports_given {
            self.take_rest();
            return Ok(());
        }
        if self.settings.all(self.key).len() >= MAX_PORTS {
            return Err(Fault::new("too many ports."));
        }
        let argument = self.argument()?;
        let port = criteria::port(argument)
            .filter(|port| *port > 0)
            .ok_or_else(|| Fault::new("Badly formatted port number."))?;
        let value = self.value(port.to_string());
        self.settings.push(self.key, value);
        Ok(())
    }

    /// All lines count. Kept as `HOST PORT` or `HOST`, and the routing domain after `%`, until all ports are known.
    pub(super) fn listen_address(&mut self) -> Done {
        let argument = self.argument()?;
        let bare_ipv6 = !argument.contains('[') && argument.matches(':').count() >= 2;
        let (host, port) = if bare_ipv6 {
            (argument, None)
        } else {
            host_and_port(argument).ok_or_else(|| Fault::new("bad address:port usage"))?
        };
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let mut text = host.to_owned();
        if let Some(port) = port {
            let port = criteria::port(port)
                .filter(|port| *port > 0)
                .ok_or_else(|| Fault::new("bad port number"))?;
            text.push_str(&format!(" {port}"));
        }
        if let Some(word) = self.next() {
            let rdomain = self.next().filter(|_| word == "rdomain");
            let rdomain = rdomain.ok_or_else(|| Fault::new("bad ListenAddress syntax"))?;
            text.push_str(&format!(" rdomain {rdomain}"));
        }
        let value = self.value(text);
        self.settings.push(self.key, value);
        Ok(())
    }
}
