//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// OpenSSH 9.8 and later keep an account of each source: a failed login costs 5 seconds, a
    /// connection without a try 1, a crash of the child 90. Above 15 seconds every connection of
    /// the source is dropped until they have passed, for ten minutes at most. Behind NAT one client
    /// earns it for all.
    ///
    /// ## How it shows
    ///
    /// The connection ends at once, every time, from this source only. sshd first sends `Not
    /// allowed at this time`, which ssh shows with `-v` only. It works again after seconds to
    /// minutes without any try. The server logs `drop connection #0 … penalty: failed
    /// authentication`.
    ///
    /// ## What looks alike
    ///
    /// `maxstartups-throttled` sends the same text on these versions, hits every source and often
    /// by chance. `per-source-limit` lasts while other connections are open. `fail2ban-ban` acts
    /// before the connection opens.
    ///
    /// ## How to mend it
    ///
    /// Wait without trying: each try may prolong it. Stop the job that fails to log in. On the
    /// server exempt trusted networks with `PerSourcePenaltyExemptList`, `sshd -t`, reload.
    ///
    /// ## Risk
    ///
    /// Do not switch penalties off: they slow those who guess passwords. A restart forgets all
    /// penalties.
    ///
    /// ## References
    ///
    /// sshd_config(5), PerSourcePenalties; OpenSSH `srclimit.c`.
    PER_SOURCE_PENALTY {
        id: "per-source-penalty",
        title: "sshd penalises this source (PerSourcePenalties)",
        stage: Banner,
        commonness: Occasional,
        predicts: {
            Hello: Reset usually, Closed sometimes;
            HelloDelay: AtOnce usually, Soon rarely, FiveSeconds never;
            FastestEnd: TooFast usually, Possible sometimes;
            Notice: NotAllowedNow always;
            SilentHello: Closed always;
            OddHello: Reset usually, Closed sometimes;
            ServerLog: Penalty always;
            EndSentBy: Server always;
            Penalty: Penalised always;
        },
        shown_by: [ServerLog::Penalty, Penalty::Penalised],
        remedy: "wait ten minutes without any try; on the server: PerSourcePenaltyExemptList \
                  {source}",
    }
}
