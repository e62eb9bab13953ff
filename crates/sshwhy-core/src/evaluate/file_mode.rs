//! Whether sshd trusts the owners and modes of files (`safe_path` in `misc.c`, `safely_chroot` in
//! `session.c`, `sshkey_perm_ok` in `authfile.c`).

/// What is known of a file or folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileMode {
    /// Its path, without symbolic links where sshd looks at it so.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// Its owner.
    pub uid: u32,
    /// Its group.
    pub gid: u32,
    /// The permission bits, with those for set-user-ID and the like.
    pub mode: u32,
}

/// What something in the file system is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// Something else: a pipe, a socket, a device.
    Other,
}

/// Who may write where a group may write.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Members {
    /// The number of the group.
    pub gid: u32,
    /// The users (numbers) of whom it is the own group.
    pub primary: Vec<u32>,
    /// The other members, as far as they are known by number.
    pub others: Vec<Option<u32>>,
}

/// How this build of sshd reads the rule.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum GroupRule {
    /// No group may write: OpenSSH as it is released.
    Nobody,
    /// A group may write whose one member is the user: Debian, Ubuntu and those who build on them
    /// (`user-group-modes.patch`). The groups that are known.
    OwnGroup(Vec<Members>),
}

impl FileMode {
    /// `mode 777, owner 1500, group 1500`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("mode {:03o}, owner {}, group {}", self.mode & 0o7777, self.uid, self.gid)
    }

    /// Whether sshd trusts it for a user (`secure_permissions`).
    #[must_use]
    pub fn is_secure(&self, uid: u32, rule: &GroupRule) -> bool {
        let is_owner = self.uid == 0 || self.uid == uid;
        let others = self.mode & 0o002 != 0;
        let group = self.mode & 0o020 != 0;
        is_owner && !others && (!group || self.group_is_own(uid, rule))
    }

    fn group_is_own(&self, uid: u32, rule: &GroupRule) -> bool {
        let GroupRule::OwnGroup(groups) = rule else { return false };
        let Some(group) = groups.iter().find(|group| group.gid == self.gid) else { return false };
        let primary = group.primary.iter().all(|member| *member == uid);
        let others = match group.others.as_slice() {
            [] => true,
            [only] => *only == Some(self.uid),
            _ => false,
        };
        primary && others && !(group.primary.is_empty() && group.others.is_empty())
    }

    /// Whether an account may read it (open(2) without privileges).
    #[must_use]
    pub fn may_read(&self, uid: u32, gids: &[u32]) -> bool {
        self.has_bit(uid, gids, 0o4)
    }

    /// Whether an account may pass through it, when it is a folder.
    #[must_use]
    pub fn may_pass(&self, uid: u32, gids: &[u32]) -> bool {
        self.has_bit(uid, gids, 0o1)
    }

    fn has_bit(&self, uid: u32, gids: &[u32], bit: u32) -> bool {
        let shift = match () {
            () if uid == 0 => return true,
            () if self.uid == uid => 6,
            () if gids.contains(&self.gid) => 3,
            () => 0,
        };
        self.mode >> shift & bit != 0
    }
}

/// The first of a chain that sshd does not trust: the file itself, then its folders upwards to the
/// home folder, or to the root when the file lies elsewhere.
#[must_use]
pub fn first_untrusted<'a>(
    chain: &'a [FileMode],
    home: Option<&str>,
    uid: u32,
    rule: &GroupRule,
) -> Option<&'a FileMode> {
    for part in chain {
        if !part.is_secure(uid, rule) {
            return Some(part);
        }
        if home == Some(part.path.as_str()) {
            return None;
        }
    }
    None
}

/// The first of a chain, from the root downwards, that sshd takes for no sound part of a
/// `ChrootDirectory`.
#[must_use]
pub fn first_bad_for_chroot(chain: &[FileMode]) -> Option<&FileMode> {
    chain
        .iter()
        .find(|part| part.uid != 0 || part.mode & 0o022 != 0 || part.kind != FileKind::Folder)
}

/// Whether sshd, which runs as root, refuses a private key for its mode. Keys of another owner are
/// taken whatever their mode.
#[must_use]
pub fn is_open_key(key: &FileMode) -> bool {
    key.uid == 0 && key.mode & 0o077 != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, uid: u32, mode: u32) -> FileMode {
        FileMode { path: path.to_owned(), kind: FileKind::Folder, uid, gid: 1500, mode }
    }

    fn group(primary: &[u32], others: &[Option<u32>]) -> GroupRule {
        let (primary, others) = (primary.to_vec(), others.to_vec());
        GroupRule::OwnGroup(vec![Members { gid: 1500, primary, others }])
    }

    #[test]
    fn who_may_write() {
        let check = |uid, mode, rule: &GroupRule, expected| {
            assert_eq!(file("/x", uid, mode).is_secure(1500, rule), expected, "{uid} {mode:o}");
        };
        check(1500, 0o777, &GroupRule::Nobody, false);
        check(1501, 0o600, &GroupRule::Nobody, false);
        check(1500, 0o770, &GroupRule::Nobody, false);
        check(1500, 0o755, &GroupRule::Nobody, true);
        check(0, 0o755, &GroupRule::Nobody, true);
        check(1500, 0o770, &group(&[1500], &[]), true);
        check(1500, 0o772, &group(&[1500], &[]), false);
        check(1500, 0o770, &group(&[], &[]), false);
        check(1500, 0o770, &group(&[1500, 1501], &[]), false);
        check(1500, 0o770, &group(&[1500], &[Some(1500)]), true);
        check(1500, 0o770, &group(&[1500], &[Some(1501)]), false);
        check(1500, 0o770, &group(&[1500], &[None]), false);
        check(1500, 0o770, &group(&[], &[Some(1500), Some(1501)]), false);
        check(1500, 0o770, &GroupRule::OwnGroup(Vec::new()), false);
    }

    #[test]
    fn the_chain_ends_at_home() {
        let chain = [
            file("/home/alice/.ssh/authorized_keys", 1500, 0o600),
            file("/home/alice/.ssh", 1500, 0o700),
            file("/home/alice", 1500, 0o755),
            file("/home", 0, 0o777),
        ];
        let check = |home, expected: Option<&str>| {
            let found = first_untrusted(&chain, home, 1500, &GroupRule::Nobody);
            assert_eq!(found.map(|part| part.path.as_str()), expected, "{home:?}");
        };
        check(Some("/home/alice"), None);
        check(Some("/elsewhere"), Some("/home"));
        check(None, Some("/home"));
    }

    #[test]
    fn a_chroot_belongs_to_root() {
        let check = |part: FileMode, expected: bool| {
            let chain = [file("/", 0, 0o755), part];
            assert_eq!(first_bad_for_chroot(&chain).is_some(), expected, "{chain:?}");
        };
        check(file("/home/alice", 1500, 0o755), true);
        check(file("/srv", 0, 0o775), true);
        check(file("/srv", 0, 0o757), true);
        check(FileMode { kind: FileKind::File, ..file("/srv", 0, 0o644) }, true);
        check(file("/srv", 0, 0o755), false);
    }

    #[test]
    fn keys_of_root_are_for_root_alone() {
        assert!(is_open_key(&file("/k", 0, 0o640)));
        assert!(!is_open_key(&file("/k", 0, 0o600)));
        assert!(!is_open_key(&file("/k", 5, 0o644)));
    }

    #[test]
    fn who_may_read() {
        let check = |uid, mode, reader, gids: &[u32], expected| {
            assert_eq!(file("/k", uid, mode).may_read(reader, gids), expected, "{mode:o} {reader}");
        };
        check(0, 0o600, 1500, &[1500], false);
        check(1500, 0o040, 1500, &[1500], false);
        check(0, 0o640, 1500, &[1500], true);
        check(0, 0o604, 1501, &[1501], true);
        check(1500, 0o000, 0, &[], true);
    }
}
