//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A line of sshd_config or of a file that it includes is wrong: an unknown keyword, a bad
    /// value, a keyword that is not allowed within a `Match` block. sshd does not start; a reload
    /// by SIGHUP ends the listener that ran before.
    ///
    /// ## How it shows
    ///
    /// `Connection refused` after a restart, a reload or a reboot. Sessions that are open live on.
    /// The journal names the file and the line: `/etc/ssh/sshd_config: line 12: Bad configuration
    /// option: x`, then `terminating, 1 bad configuration options`.
    ///
    /// ## What looks alike
    ///
    /// `no-listener` is the same to a client, and so are `hostkeys-missing` and
    /// `hostkey-permissions`. Where an sshd is started for each connection, its death shows as a
    /// close without a byte, as from `sshd-crash`.
    ///
    /// ## How to mend it
    ///
    /// `sshd -t` repeats the message with file and line; correct that line; `sshd -t` again; start.
    /// Global keywords must stand before the first `Match` block.
    ///
    /// ## Risk
    ///
    /// Keep a session open, and run `sshd -t` before each reload: a bad file ends the listener at
    /// once.
    ///
    /// ## References
    ///
    /// sshd_config(5); sshd(8), `-t`.
    SSHD_CONFIG_ERROR {
        id: "sshd-config-error",
        title: "sshd_config is invalid, so sshd does not start",
        stage: Banner,
        commonness: Occasional,
        predicts: {
            Connect: Reset always, Established rarely;
            RefusalSpeed: RoundTrip always;
            OtherPort: Refused usually, Silent sometimes;
            Hello: Closed usually, Reset sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: Possible always;
            Notice: Nothing always;
            SilentHello: Closed always;
            OddHello: Closed usually, Reset sometimes;
            Listener: Nothing always;
            ServerLog: ConfigError always;
            Unit: Failed usually, LimitHit sometimes, Active sometimes;
            EndSentBy: Server always;
            ServerConfig: Invalid always;
        },
        shown_by: [ServerLog::ConfigError, ServerConfig::Invalid],
        remedy: "on the server: sudo sshd -t   names the line; correct it, then sudo systemctl \
                  restart ssh",
    }
}
