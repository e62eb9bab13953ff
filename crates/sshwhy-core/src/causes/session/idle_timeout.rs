//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// Firewalls, load balancers and NAT devices remember connections and forget those that lie
    /// still: after 240 seconds (Azure), 350 seconds (AWS balancers and NAT gateways), 10 minutes
    /// (GCP), from 5 minutes to 2 hours at home. What comes later is swallowed, or answered with a
    /// reset.
    ///
    /// ## How it shows
    ///
    /// After a pause of always the same length the next key press gets no answer, and much later
    /// `Broken pipe` or `Connection timed out`; or a reset at once. Busy sessions live. With
    /// `ServerAliveInterval` shorter than the pause all is well.
    ///
    /// ## What looks alike
    ///
    /// `nat-conntrack-expired` is this, shown at the device. `keepalive-timeout`: ssh or sshd
    /// itself gives up, and says so. `channel-timeout` ends in good order. `network-changed`: this
    /// host's own address went away. `sshd-restarted` ends all sessions in the same second.
    ///
    /// ## How to mend it
    ///
    /// `ServerAliveInterval` below the device's limit, in the `Host` block or for all; or
    /// `ClientAliveInterval` on the server for all its users. Or a longer limit on the device.
    /// Undo: delete the line.
    ///
    /// ## Risk
    ///
    /// With `ServerAliveCountMax` (3) unanswered, ssh ends a session after interval × (count + 1),
    /// which might have outlived an outage.
    ///
    /// ## References
    ///
    /// ssh_config(5) ServerAliveInterval; sshd_config(5) ClientAliveInterval; RFC 5382 §5 (NAT: at
    /// least 2 hours 4 minutes).
    IDLE_TIMEOUT {
        id: "idle-timeout",
        title: "a device on the way forgets idle connections",
        stage: Idle,
        commonness: Common,
        predicts: {
            IdleEnd: Silence usually, Reset sometimes, Unanswered rarely;
            IdleKeepalive: Saves always;
            EndSentBy: SomebodyElse usually, NoSocket sometimes, Server sometimes;
            Tracking: Known usually, Forgotten rarely;
            ServerLog: Nothing usually, AliveTimeout sometimes;
        },
        shown_by: [],
        remedy: "in ~/.ssh/config, for this host: ServerAliveInterval {interval}",
    }
}
