//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// MaxSessions limits how many sessions one connection may carry (10 by default). A shared
    /// connection (`ControlMaster`) that is full refuses the next; with `MaxSessions 0` the server
    /// allows forwardings only.
    ///
    /// ## How it shows
    ///
    /// `channel 0: open failed: connect failed: open failed`; through a shared connection
    /// `mux_client_request_session: session request failed: Session open refused by peer`, after
    /// which ssh opens a connection of its own. The server logs `no more sessions`.
    ///
    /// ## What looks alike
    ///
    /// `login-limit` counts logins of the account. `tcp-forwarding-disabled` refuses forwardings,
    /// not sessions. `pam-denied` opens the channel and ends it with status 254.
    ///
    /// ## How to mend it
    ///
    /// Use a second connection (`-o ControlPath=none`), or close sessions of the shared one
    /// (`ssh -O exit HOST` ends all). On the server raise MaxSessions in a `Match User` block when
    /// one connection really needs more. Undo: delete the line.
    ///
    /// ## Risk
    ///
    /// Small: one connection can take more of the server.
    ///
    /// ## References
    ///
    /// sshd_config(5) MaxSessions; ssh_config(5) ControlMaster, ControlPath; RFC 4254 §5.1.
    MAX_SESSIONS {
        id: "max-sessions",
        title: "no more sessions fit into this connection",
        stage: Session,
        commonness: Occasional,
        predicts: {
            Session: OpenRefused always;
            ServerLog: MaxSessions always;
            EndSentBy: Server usually;
            SessionLimits: NoSessions usually, Room sometimes;
        },
        shown_by: [ServerLog::MaxSessions, SessionLimits::NoSessions],
        remedy: "for one session of its own: ssh -o ControlPath=none {destination}",
    }
}
