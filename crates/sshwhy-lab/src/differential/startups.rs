//! `MaxStartups` as we calculate it against how often a real sshd drops connections.

use anyhow::{Context, Result, ensure};
use sshwhy_core::evaluate::startups::{MaxStartups, unauthenticated_in_title};

use crate::host::Host;
use crate::root::Root;

/// What sshd did while some connections were held without a login.
#[derive(Clone, Debug)]
pub struct Seen {
    /// How many were held.
    pub held: u32,
    /// How many further ones were tried, one at a time.
    pub tries: u32,
    /// How many of these sshd dropped.
    pub dropped: u32,
    /// How many in a hundred we say are dropped.
    pub percent: u32,
    /// What the listener said of itself meanwhile, as we read it.
    pub said: Option<u32>,
}

impl Seen {
    /// By how many standard deviations the drops are off what we say; infinite when none, or all, had to be dropped and
    /// were not.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        let (p, n) = (f64::from(self.percent) / 100.0, f64::from(self.tries));
        let off = (f64::from(self.dropped) - p * n).abs();
        let sigma = (n * p * (1.0 - p)).sqrt();
        if off < 1e-9 { 0.0 } else { off / sigma }
    }
}

/// Holds connections and tries more. `$1`: how many to hold. `$2`: how many to try. Prints the drops and the title of the
/// listener.
const SCRIPT: &str = r#"
listener=$(pgrep -of 'sshd.*listener')
title() { tr '\0' ' ' < /proc/$listener/cmdline; }
count() { local t; t=$(title); t=${t%% of *}; n=${t##* }; }
await() { count; until [ "$n" = "$1" ]; do sleep 0.002; count; done; }
greeting() {
    exec {fd}<>/dev/tcp/127.0.0.1/22
    line=
    IFS= read -r -t 10 -u $fd line || :
    case $line in SSH-*) return 0;; *) exec {fd}>&-; return 1;; esac
}
held=0
while [ $held -lt $1 ]; do if greeting; then held=$((held + 1)); await $held; fi; done
dropped=0
i=0
while [ $i -lt $2 ]; do
    i=$((i + 1))
    if greeting; then exec {fd}>&-; await $held; else dropped=$((dropped + 1)); fi
done
echo "$dropped"
title
"#;

/// Lets a real sshd with this `MaxStartups` hold each number of connections, and tries more.
///
/// # Errors
///
/// When sshd does not start or does not do as it is asked.
pub fn run(root: Root, max_startups: &str, held: &[u32], tries: u32) -> Result<Vec<Seen>> {
    let limit = MaxStartups::parse(max_startups).context("a limit")?;
    let host = Host::start("server", &root)?;
    let penalties = match root {
        Root::Machine => "",
        Root::Trixie => "PerSourcePenalties no\n",
    };
    let config = format!("LoginGraceTime 0\nMaxStartups {max_startups}\n{penalties}");
    host.write("/etc/ssh/sshd_config", &config)?;
    host.write("/tmp/try.sh", SCRIPT)?;
    host.sh("/usr/sbin/sshd")?;
    host.await_listener(22)?;
    let mut all = Vec::new();
    for held in held {
        let output = host.sh(&format!("bash /tmp/try.sh {held} {tries}"))?;
        let (dropped, title) = output.split_once('\n').context("an answer")?;
        let dropped = dropped.trim().parse()?;
        ensure!(dropped <= tries, "{output}");
        let said = unauthenticated_in_title(title.trim());
        let percent = limit.drop_percent(*held);
        all.push(Seen { held: *held, tries, dropped, percent, said });
        // Those that were held end with the script; the next numbers begin from none.
        host.await_sh("pgrep -af 'sshd.*listener' | grep -q ' 0 of '")?;
    }
    Ok(all)
}
