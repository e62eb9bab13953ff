//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// sshd cannot bind: another program has the port, or an old sshd that was not stopped, or
    /// systemd's socket unit while ssh.service starts too. sshd goes on when it could bind another
    /// address, and otherwise ends.
    ///
    /// ## How it shows
    ///
    /// What answers is the other program: foreign bytes, or silence, or an SSH server that nobody
    /// expected. If only one address was free, the other refuses. The journal says `Bind to port 22
    /// on 0.0.0.0 failed: Address already in use.`
    ///
    /// ## What looks alike
    ///
    /// `wrong-service-on-port` is the same from outside: there the service was put there on
    /// purpose, or we knock at the wrong port. `sshd-listens-elsewhere` has no other program.
    /// `selinux-denied` fails to bind with `Permission denied`.
    ///
    /// ## How to mend it
    ///
    /// `ss -ltnp 'sport = :22'` names the program; stop or move it, then start sshd. When it is
    /// systemd, decide for one of ssh.socket and ssh.service.
    ///
    /// ## Risk
    ///
    /// The other program may be wanted by somebody: find its owner before it is stopped.
    ///
    /// ## References
    ///
    /// bind(2), EADDRINUSE; OpenSSH `sshd.c`, server_listen.
    PORT_IN_USE {
        id: "port-in-use",
        title: "another program holds sshd's port",
        stage: Banner,
        commonness: Rare,
        predicts: {
            Connect: Established usually, Reset sometimes;
            RefusalSpeed: RoundTrip always;
            OtherPort: Refused usually, Silent sometimes;
            Hello: OtherService usually, Silent sometimes, Closed sometimes;
            ForeignService: Http sometimes, Mail rarely, Tls rarely, OtherBytes usually;
            HelloDelay: AtOnce sometimes, Soon sometimes, Other sometimes, FiveSeconds never;
            Notice: Nothing usually, OtherText sometimes;
            SilentHello: Silent usually, OtherService sometimes;
            OddHello: OtherService usually, Silent sometimes, Closed sometimes;
            Listener: OtherProgram always;
            ServerLog: BindFailed always;
            Unit: Failed usually, LimitHit sometimes, Active sometimes;
            EndSentBy: Server always;
        },
        shown_by: [ServerLog::BindFailed],
        remedy: "on the server: sudo ss -ltnp 'sport = :{port}'   names the program that has \
                  the port",
    }
}
