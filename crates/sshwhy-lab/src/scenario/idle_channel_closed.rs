//! The session ends after three seconds without input or output.

use crate::scenario::{OnServer, Plain, Scenario};

pub(super) const SCENARIO: Scenario = Scenario {
    on_server: OnServer::Shows("/etc/ssh/sshd_config.d/lab.conf:1"),
    honest: &["idle-timeout"],
    args: &["--idle", "6s", "server"],
    plain: Plain::Fails(""),
    plain_args: &["server", "sleep 9"],
    ..Scenario::fault(
        "idle-channel-closed",
        "channel-timeout",
        "the server closes channels that are idle for three seconds",
        |network| network.sshd_with("ChannelTimeout session:*=3s"),
    )
};
