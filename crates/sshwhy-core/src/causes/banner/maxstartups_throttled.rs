//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd counts the connections that have not authenticated. From the first number of
    /// `MaxStartups` on (10 by default) it drops new ones by chance, from the third on (100) all of
    /// them. Scanners, monitors, and scripts that open many connections at once fill it.
    ///
    /// ## How it shows
    ///
    /// The TCP handshake completes and the connection ends at once, by a reset or a close: both
    /// come from the same cause. OpenSSH 8.2 to 9.7 first sends `Exceeded MaxStartups`, 9.8 and
    /// later `Not allowed at this time`; ssh shows it with `-v` only. The next try may work. The
    /// server logs `drop connection #12 from … past MaxStartups`.
    ///
    /// ## What looks alike
    ///
    /// `per-source-limit` counts this source alone. `per-source-penalty` uses the newer text too,
    /// and drops every time. `tcp-wrappers-deny` waits five seconds. `load-balancer-reset` sends no
    /// text. `sshd-crash` ends a little later, and always.
    ///
    /// ## How to mend it
    ///
    /// Find who holds the places: `ss -tn state established 'sport = :22'`, and the title of sshd's
    /// listener, `12 of 10-100 startups`. Stop them, or limit each source with
    /// `PerSourceMaxStartups`; raise `MaxStartups` moderately in a drop-in file, `sshd -t`, reload.
    ///
    /// ## Risk
    ///
    /// Every place costs a process. A large limit helps those who would exhaust the server.
    ///
    /// ## References
    ///
    /// sshd_config(5), MaxStartups; OpenSSH `sshd.c`, should_drop_connection.
    MAXSTARTUPS_THROTTLED {
        id: "maxstartups-throttled",
        title: "MaxStartups drops connections that are not logged in yet",
        stage: Banner,
        commonness: Common,
        intermittent: true,
        predicts: {
            Hello: Reset usually, Closed sometimes, Identification sometimes;
            HelloDelay: AtOnce usually, Soon rarely, FiveSeconds never;
            FastestEnd: TooFast usually, Possible sometimes;
            Notice: MaxStartups usually, NotAllowedNow usually, Nothing rarely;
            SilentHello: Closed usually, Identification rarely, Reset rarely;
            OddHello: Reset usually, Closed sometimes, Complains sometimes;
            Repeat: Mixed usually, Same usually, DroppedLater sometimes;
            ServerLog: MaxStartups usually, Nothing sometimes;
            EndSentBy: Server always;
            ServerHealth: Well usually, Busy sometimes;
            Startups: Dice usually, Full usually;
        },
        shown_by: [ServerLog::MaxStartups, Startups::Full, Startups::Dice],
        remedy: "on the server: see who holds the places (sudo ss -tnp 'sport = :{port}'), then \
                  raise MaxStartups moderately",
    }
}
