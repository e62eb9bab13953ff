//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// Harmless: a health check, a monitor or a port scanner connects to sshd, sees that the port
    /// is open, and leaves without a word.
    ///
    /// ## How it shows
    ///
    /// Only in the server's log, again and again at a constant interval: `Connection closed by
    /// ADDRESS port N`, `Did not receive identification string from …` (up to 7.9),
    /// `kex_exchange_identification: Connection closed by remote host` (8.0 to 9.4).
    ///
    /// ## What looks alike
    ///
    /// `client-closed-early` is a person or program that meant to log in. `wrong-protocol-client`
    /// sends bytes. Many probes at once fill the places of `maxstartups-throttled`, and from
    /// OpenSSH 9.8 on each costs a second of `per-source-penalty`.
    ///
    /// ## How to mend it
    ///
    /// Nothing needs mending. To quiet it, let the check speak SSH or test something else, and put
    /// its network into `PerSourcePenaltyExemptList`.
    ///
    /// ## Risk
    ///
    /// None.
    ///
    /// ## References
    ///
    /// OpenSSH `kex.c`; HAProxy: option tcp-check.
    HEALTH_CHECK_PROBE {
        id: "health-check-probe",
        title: "a monitor or load balancer opens the port and leaves",
        stage: Banner,
        commonness: Exotic,
        intermittent: true,
        predicts: {
            ServerLog: LeftEarly always;
            EndSentBy: SomebodyElse always;
        },
        shown_by: [],
        remedy: "nothing to mend; to quiet it, let the check read the identification string, or \
                  exempt it from penalties",
    }
}
