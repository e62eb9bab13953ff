//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The server reads or writes the protocol wrongly. The usual bug: it cannot digest a long
    /// KEXINIT, names that it does not know, or the large first message of a post-quantum method
    /// (OpenSSH clients offer one since 9.0, and begin with it since 10.0), and closes, resets or
    /// hangs. Dropbear before 2020.82 refuses lists of more than 20 names. Others send packets
    /// where strict key exchange forbids them, or a Diffie-Hellman group that is too small, or
    /// print text into the connection.
    ///
    /// ## How it shows
    ///
    /// `Connection closed by HOST port 22` or a reset right after `SSH2_MSG_KEXINIT sent`; or
    /// silence although all that we sent is acknowledged. With a list of one algorithm per kind it
    /// works. Other forms name themselves: `strict KEX violation`, `DH GEX group out of range`,
    /// `Bad packet length N.` where N read as four letters is text (1349676916 is `Prot`).
    ///
    /// ## What looks alike
    ///
    /// `mtu-black-hole`: our large segment is not acknowledged or the server's is missing, and
    /// small segments help. `sshd-crash` and `sandbox-violation`: a short list does not help, and
    /// the kernel logs it. `middlebox-reset` comes from somebody else.
    ///
    /// ## How to mend it
    ///
    /// Update the server. Until then, in a `Host` block for this one host, a short `KexAlgorithms`
    /// list (no plus sign here: the point is to send less). Undo: delete the line after the
    /// update.
    ///
    /// ## Risk
    ///
    /// Without a post-quantum method, traffic recorded today could be read by a future computer;
    /// OpenSSH from 10.1 warns of it. Treat an unexplained `strict KEX violation` as an attack
    /// until explained.
    ///
    /// ## References
    ///
    /// RFC 4253 §7; OpenSSH PROTOCOL §1.10 (strict key exchange); OpenSSH release notes 9.0, 9.9,
    /// 10.0; Dropbear CHANGES 2020.82.
    SERVER_PROTOCOL_BUG {
        id: "server-protocol-bug",
        title: "the server breaks the protocol",
        stage: KeyExchange,
        commonness: Occasional,
        predicts: {
            Software: Other usually, OpenSsh rarely;
            KexInit: Received usually, Closed sometimes, Reset sometimes, Silent sometimes,
            Garbage sometimes, Disconnected sometimes;
            KexReply: Closed sometimes, Reset sometimes, Silent sometimes, Garbage sometimes,
            Disconnected usually;
            OtherBytes: Pass usually, Stopped usually;
            Unacked: Nothing always;
            Gap: Closed always;
            SmallProposal: Helps usually, Same sometimes;
            SmallSegments: Same always;
            LargePackets: Pass always;
            EndSentBy: Server always;
            ServerLog: Nothing usually, PeerReset rarely;
        },
        shown_by: [KexInit::Garbage, KexReply::Garbage],
        remedy: "in ~/.ssh/config, for this host only: KexAlgorithms curve25519-sha256,diffie-hellman-group14-sha256",
    }
}
