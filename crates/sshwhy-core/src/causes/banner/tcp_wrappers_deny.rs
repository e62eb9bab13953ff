//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd is linked with libwrap, and a line of `/etc/hosts.deny` (or a `DENY` line of
    /// `/etc/hosts.allow`) matches this client. libwrap logs the refusal, waits five seconds and
    /// ends the process, before sshd has sent a byte.
    ///
    /// ## How it shows
    ///
    /// The TCP handshake completes, no identification string comes, and 5.0 seconds after the
    /// connection opened it ends: by a reset when we had spoken (our bytes were never read), by a
    /// plain close when we said nothing. ssh prints `Connection reset by peer`. The server logs
    /// `refused connect from NAME (ADDRESS)`.
    ///
    /// ## What looks alike
    ///
    /// `maxstartups-throttled` and `per-source-penalty` end the connection at once, and not always
    /// or with a text. `middlebox-reset` strikes when bytes pass, and leaves a silent connection
    /// alone. `sshd-hung` never ends the connection. A slow reverse look-up on the server adds its
    /// time to the five seconds.
    ///
    /// ## How to mend it
    ///
    /// On the server, admit this one address: a line `sshd: ADDRESS` in `/etc/hosts.allow`, which
    /// is read first and for every connection, so nothing needs a restart. `tcpdmatch sshd ADDRESS`
    /// shows the verdict. Builds of OpenSSH 9.8 and later may look up the name `sshd-session`.
    ///
    /// ## Risk
    ///
    /// Small when the line names one address. `sshd: ALL` admits the world past every line of
    /// hosts.deny. Check that hosts.allow ends in a newline: libwrap reads a last line without one
    /// as an error and refuses.
    ///
    /// ## References
    ///
    /// hosts_access(5); hosts_options(5); libwrap `clean_exit.c` (the five seconds). OpenSSH dropped
    /// libwrap in 6.7; Debian and Ubuntu still link it.
    TCP_WRAPPERS_DENY {
        id: "tcp-wrappers-deny",
        title: "TCP wrappers refuse this client",
        stage: Banner,
        commonness: Common,
        predicts: {
            Hello: Reset usually, Closed sometimes;
            HelloDelay: FiveSeconds always, Other rarely, AtOnce never, Soon never;
            FastestEnd: Possible always;
            Notice: Nothing always;
            SilentHello: Closed always;
            OddHello: Reset usually, Closed sometimes;
            Ban: HostsDeny sometimes, Free usually;
            Wrappers: Deny always;
            ServerLog: RefusedConnect always;
            EndSentBy: Server always;
        },
        shown_by: [Wrappers::Deny],
        remedy: "on the server: echo 'sshd: {source}' | sudo tee -a /etc/hosts.allow",
    }
}
