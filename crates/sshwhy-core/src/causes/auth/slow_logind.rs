//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// After the login PAM opens the session: pam_systemd asks systemd-logind over D-Bus, other
    /// modules mount or make the home directory, the shell reads its start-up files. One of them
    /// waits. After D-Bus was restarted, pam_systemd waits 25 seconds for an answer that does not
    /// come.
    ///
    /// ## How it shows
    ///
    /// `Authenticated to HOST`, then a pause, exactly about 25 seconds for D-Bus, before the
    /// prompt. The log says
    /// `pam_systemd(sshd:session): Failed to create session: Connection timed out`. A home on a
    /// dead NFS server already pauses when sshd reads authorized_keys, and may hang for ever.
    ///
    /// ## What looks alike
    ///
    /// `slow-dns`: the pause comes before the methods are named. `ipqos-dscp` and
    /// `shell-startup-hangs`: the session is open, hangs and does not come back. A pause only with a terminal is the message of the day or the
    /// shell's profile: `ssh HOST true` is quick then.
    ///
    /// ## How to mend it
    ///
    /// Restart systemd-logind, which keeps sessions. When D-Bus was restarted under a running
    /// system, a reboot at a good time is the clean end. For a home: `time stat ~USER` on the
    /// server, and mend the mount. For a profile: `ssh -t HOST bash --noprofile --norc`.
    ///
    /// ## Risk
    ///
    /// Small: sessions live on, but user services may not follow.
    ///
    /// ## References
    ///
    /// pam_systemd(8); systemd-logind.service(8); pam_mkhomedir(8).
    SLOW_LOGIND {
        id: "slow-logind",
        title: "systemd-logind, PAM or the home directory stalls the login",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Login: Accepted usually, NeedsSecret rarely, Silent rarely;
            SlowStep: Opening usually, Key sometimes;
            Session: Starts usually, Silent rarely;
            ServerLog: Nothing usually, Logind sometimes;
        },
        shown_by: [ServerLog::Logind],
        remedy: "on the server: sudo systemctl restart systemd-logind",
    }
}
