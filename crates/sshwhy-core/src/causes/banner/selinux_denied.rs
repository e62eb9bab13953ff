//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A policy of SELinux denies: binding to a port that is not labelled for ssh, reading keys in
    /// a home directory with a wrong label, starting the shell in its context.
    ///
    /// ## How it shows
    ///
    /// By what is denied: `Connection refused` (the port), `Permission denied (publickey)` though
    /// the key is right (the label), or a session that ends at once. The audit log has `avc: denied
    /// … comm="sshd"`; sshd may log `Bind to port 2222 on … failed: Permission denied.`
    ///
    /// ## What looks alike
    ///
    /// `key-not-authorized` and `authorized-keys-permissions` refuse the key for other reasons.
    /// `no-listener` is the same to a client. `apparmor-denied` is the other policy.
    ///
    /// ## How to mend it
    ///
    /// `ausearch -m avc -c sshd -ts recent` shows it. Labels: `restorecon -Rv ~/.ssh`. Ports:
    /// `semanage port -a -t ssh_port_t -p tcp PORT`. Homes elsewhere: the boolean that `audit2why`
    /// names.
    ///
    /// ## Risk
    ///
    /// Do not set SELinux to permissive: it hides the denial, and other ones with it.
    ///
    /// ## References
    ///
    /// sshd_selinux(8); semanage-port(8); restorecon(8).
    SELINUX_DENIED {
        id: "selinux-denied",
        title: "SELinux forbids sshd something that it needs",
        stage: Session,
        commonness: Rare,
        predicts: {
            Connect: Established usually, Reset sometimes;
            RefusalSpeed: RoundTrip always;
            Hello: Identification usually, Closed rarely;
            Login: Denied usually, Accepted sometimes;
            KeyOutcome: Refused usually, Accepted sometimes;
            AuthWords: Nothing always;
            Session: ExitsAtOnce sometimes, NoShell sometimes, Closed sometimes;
            Listener: Listens usually, Nothing sometimes;
            ServerLog: MandatoryAccess always, Unprivileged rarely;
            EndSentBy: Server always;
            MandatoryAccess: Denies always;
        },
        shown_by: [ServerLog::MandatoryAccess, MandatoryAccess::Denies],
        remedy: "on the server: sudo ausearch -m avc -c sshd -ts recent; sudo restorecon -Rv \
                  /home/{user}/.ssh",
    }
}
