//! Watching on the server while it is probed here.

use std::io;
use std::net::IpAddr;
use std::sync::mpsc;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

use sshwhy_core::evaluate::both_ends::watched;
use sshwhy_core::evaluate::watch::Happening;
use sshwhy_core::model::case::Case;
use sshwhy_core::model::target::Target;

use super::shell;
use crate::sys::cancel::Cancel;
use crate::sys::process;
use crate::sys::process::Ran;

/// The other end watches at most so long, should nobody be able to tell it that we have ended.
const AT_MOST: Duration = Duration::from_secs(180);
/// Reaching the server may want a slow jump host; then probing begins without a watch.
const BEGIN: Duration = Duration::from_secs(20);
/// What happened last may still be on its way.
const LAST: Duration = Duration::from_millis(400);

/// sshwhy on the server, watching.
#[derive(Debug)]
pub struct OtherEnd {
    stop: Cancel,
    running: JoinHandle<io::Result<Ran>>,
}

impl OtherEnd {
    /// Begins to watch, and waits until the other end says that it does.
    pub fn watch(command: &str, target: &Target, cancel: &Cancel) -> Self {
        let words = ["sshwhy", "server", "--events", "--watch"].map(str::to_owned).into_iter();
        let seconds = AT_MOST.as_secs();
        let words = words.chain([format!("{seconds}s"), "--port".into(), target.port.to_string()]);
        let mut shell = shell(command, &words.collect::<Vec<_>>());
        let stop = Cancel::new();
        let (sender, begun) = mpsc::channel();
        let own = (stop.clone(), cancel.clone());
        let running = thread::spawn(move || {
            process::run_until(&mut shell, AT_MOST, &own.1, |ran| {
                if ran.stdout.contains(&b'\n') {
                    // Told again and again; only the first is waited for.
                    let _ = sender.send(());
                }
                own.0.is_set()
            })
        });
        // When the command fails, the sender is gone at once; the look that follows says why.
        let _ = begun.recv_timeout(BEGIN);
        Self { stop, running }
    }

    /// Ends the watch and joins what was seen to the case; returns our address as the server sees it.
    pub fn end(self, case: &mut Case) -> Option<IpAddr> {
        thread::sleep(LAST);
        self.stop.set();
        let ran = self.running.join().ok()?.ok()?;
        let said = String::from_utf8_lossy(&ran.stdout);
        let happenings: Vec<Happening> =
            said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        watched::join(case, &happenings)
    }
}
