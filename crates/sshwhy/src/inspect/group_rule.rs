//! Whether this build of sshd lets a user's own group write. No look of its own.

use sshwhy_core::evaluate::file_mode::FileMode;
use sshwhy_core::evaluate::file_mode::GroupRule;
use sshwhy_core::evaluate::file_mode::Members;

use super::host::Host;
use super::this_sshd::ThisSshd;
use crate::sys::account;

/// The rule, with the groups that may write somewhere in the chain.
pub(super) fn of(host: &Host, sshd: &ThisSshd, chain: &[FileMode]) -> GroupRule {
    let release = sshd.texts.release().unwrap_or_default();
    // Only they have the patch; they name themselves in the release.
    if !["Debian", "Ubuntu", "Raspbian"].iter().any(|name| release.contains(name)) {
        return GroupRule::Nobody;
    }
    let mut gids: Vec<u32> = chain.iter().filter(|f| f.mode & 0o020 != 0).map(|f| f.gid).collect();
    gids.sort_unstable();
    gids.dedup();
    GroupRule::OwnGroup(gids.into_iter().filter_map(|gid| members(host, gid)).collect())
}

/// As sshd asks: the group by its number, and all accounts that can be listed.
fn members(host: &Host, gid: u32) -> Option<Members> {
    let group = host.run("getent", &["group", &gid.to_string()]).ok()?;
    let group = String::from_utf8_lossy(&group.stdout).into_owned();
    let names = group.trim_end().split(':').nth(3)?;
    let others = names.split(',').filter(|name| !name.is_empty());
    let others = others.map(|name| account::named(name).map(|account| account.uid)).collect();
    let accounts = host.run("getent", &["passwd"]).ok()?;
    let accounts = String::from_utf8_lossy(&accounts.stdout).into_owned();
    let number = |text: Option<&str>| text?.parse::<u32>().ok();
    let primary = accounts.lines().filter_map(|line| {
        let mut fields = line.split(':').skip(2);
        let uid = number(fields.next())?;
        (number(fields.next())? == gid).then_some(uid)
    });
    Some(Members { gid, primary: primary.collect(), others })
}
