//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// A profile of AppArmor is enforced for sshd, or for the container that it runs in, and denies
    /// a file, a capability or a program.
    ///
    /// ## How it shows
    ///
    /// The child ends before its identification string, the key is refused though it is right, or
    /// the session ends at once. The kernel log has `apparmor="DENIED" operation=…
    /// profile="/usr/sbin/sshd"`.
    ///
    /// ## What looks alike
    ///
    /// `sshd-crash` has no denial in the kernel log. `selinux-denied` is the other policy.
    /// `container-capability-missing` comes from the container's set-up.
    ///
    /// ## How to mend it
    ///
    /// `journalctl -k -g apparmor` shows what was denied; add the rule to
    /// `/etc/apparmor.d/local/usr.sbin.sshd` and `apparmor_parser -r` the profile.
    ///
    /// ## Risk
    ///
    /// Add the one rule; do not unload the profile.
    ///
    /// ## References
    ///
    /// apparmor.d(5); apparmor_parser(8).
    APPARMOR_DENIED {
        id: "apparmor-denied",
        title: "AppArmor forbids sshd something that it needs",
        stage: Session,
        commonness: Exotic,
        predicts: {
            Connect: Established usually, Reset rarely;
            RefusalSpeed: RoundTrip always;
            Hello: Identification usually, Closed sometimes, Reset sometimes;
            HelloDelay: AtOnce usually, Soon sometimes, FiveSeconds never;
            FastestEnd: Possible always;
            Notice: Nothing always;
            SilentHello: Identification usually, Closed sometimes;
            OddHello: Complains usually, Reset sometimes;
            Login: Denied usually, Accepted sometimes;
            KeyOutcome: Refused usually, Accepted sometimes;
            AuthWords: Nothing always;
            Session: ExitsAtOnce sometimes, NoShell sometimes, Closed sometimes;
            ServerLog: MandatoryAccess always;
            EndSentBy: Server always;
            MandatoryAccess: Denies always, AppArmorDenies always;
        },
        shown_by: [ServerLog::MandatoryAccess, MandatoryAccess::Denies],
        remedy: "on the server: sudo journalctl -k -g apparmor   and allow what was denied in \
                  the local part of the profile",
    }
}
