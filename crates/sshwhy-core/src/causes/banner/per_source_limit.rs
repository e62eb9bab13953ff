//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd admits only so many connections of one source that are not logged in yet
    /// (`PerSourceMaxStartups`, counted per address or per network of `PerSourceNetBlockSize`). Our
    /// own half-open connections, or those of others behind the same NAT, fill it.
    ///
    /// ## How it shows
    ///
    /// As `maxstartups-throttled`, with the same texts, but only from this source, and while its
    /// other connections stay open. The server logs `drop connection #3 … past MaxStartups` with a
    /// number far below the first of `MaxStartups`.
    ///
    /// ## What looks alike
    ///
    /// `maxstartups-throttled` hits every source, and by chance. `per-source-penalty` lasts for
    /// seconds to minutes even when nothing is open. Before OpenSSH 10.3 a `PerSourceNetBlockSize`
    /// with one number puts all of IPv6 into one network.
    ///
    /// ## How to mend it
    ///
    /// Close what is half-open: `ss -tn dst SERVER` on the client. On the server raise the limit
    /// for large NATs, `sshd -t`, reload.
    ///
    /// ## Risk
    ///
    /// Small.
    ///
    /// ## References
    ///
    /// sshd_config(5), PerSourceMaxStartups and PerSourceNetBlockSize; OpenSSH `srclimit.c`.
    PER_SOURCE_LIMIT {
        id: "per-source-limit",
        title: "PerSourceMaxStartups limits this source",
        stage: Banner,
        commonness: Rare,
        intermittent: true,
        predicts: {
            Hello: Reset usually, Closed sometimes, Identification rarely;
            HelloDelay: AtOnce usually, Soon rarely, FiveSeconds never;
            FastestEnd: TooFast usually, Possible sometimes;
            Notice: MaxStartups usually, NotAllowedNow usually, Nothing rarely;
            SilentHello: Closed usually, Identification rarely, Reset rarely;
            OddHello: Reset usually, Closed sometimes, Complains rarely;
            Repeat: Same always, Mixed rarely, DroppedLater sometimes;
            ServerLog: SourceLimit usually, MaxStartups sometimes;
            EndSentBy: Server always;
            SourceLimit: Reached always;
        },
        shown_by: [ServerLog::SourceLimit, SourceLimit::Reached],
        remedy: "close this client's half-open connections (ss -tn dst {address}); on the \
                  server: raise PerSourceMaxStartups",
    }
}
