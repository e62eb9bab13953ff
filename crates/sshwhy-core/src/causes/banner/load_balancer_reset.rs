//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// What answers is not the server: a load balancer, docker's proxy, a port forwarding or `ssh
    /// -L`. It completes the handshake, cannot reach the machine behind it, and closes or resets.
    ///
    /// ## How it shows
    ///
    /// The connection opens and ends at once, before the server could have started anything,
    /// without a byte; every time, from every source, and also when we say nothing. A reset without
    /// a word from us is the mark of a balancer.
    ///
    /// ## What looks alike
    ///
    /// `sshd-crash`, `privsep-dir-missing` and `sshd-helper-missing` need some milliseconds more to
    /// die. `maxstartups-throttled` sends a text on most versions. `socket-activation-limit` and
    /// `resource-exhausted` are as quick. `middlebox-reset` lets a silent connection live.
    ///
    /// ## How to mend it
    ///
    /// On the balancer: is there a healthy backend, and does its health check test TCP on the right
    /// port? For a forwarding: does the inner address and port answer? `docker ps`, `ss -ltnp` show
    /// who holds the port.
    ///
    /// ## Risk
    ///
    /// Small. A health check that opens and leaves costs sshd a process each time.
    ///
    /// ## References
    ///
    /// HAProxy: health checks; AWS: target groups; docker: published ports.
    LOAD_BALANCER_RESET {
        id: "load-balancer-reset",
        title: "a load balancer or forwarder accepts, finds no backend, and ends it",
        stage: Banner,
        commonness: Occasional,
        predicts: {
            Hello: Reset usually, Closed sometimes;
            HelloDelay: AtOnce usually, Soon rarely, Other rarely, FiveSeconds never;
            FastestEnd: TooFast always, Possible rarely;
            Notice: Nothing always;
            SilentHello: Closed usually, Reset usually;
            OddHello: Reset usually, Closed sometimes;
            OtherPort: Refused usually, Silent usually, Open rarely;
            Listener: OtherProgram sometimes, Listens sometimes;
            EndSentBy: Server usually, SomebodyElse sometimes, NoSocket sometimes;
        },
        shown_by: [],
        remedy: "find the balancer or forwarding that answers for {host}:{port}, and test its \
                  backend",
    }
}
