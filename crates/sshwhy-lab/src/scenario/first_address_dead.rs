//! The router says host unreachable after three seconds; ssh goes on to the second.

use crate::scenario::Scenario;

pub(super) const SCENARIO: Scenario = Scenario::control(
    "first-address-dead",
    "the name has two addresses and the first is dead",
    |network| {
        network.client.sh("sed -i 's/^10.77.2.2 server prod/10.77.2.77 server\\n&/' /etc/hosts")?;
        network.sshd()
    },
);
