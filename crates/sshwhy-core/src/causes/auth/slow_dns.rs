//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// The server asks for the name of our address and gets no answer in time, or asks a user
    /// directory over a slow path. sshd looks the name up before it names its methods when
    /// `UseDNS yes` is set (the default until 6.7; RHEL 7 too), or when PAM or a rule needs names.
    /// With TCP wrappers and names in hosts.allow the look-up comes before the banner.
    ///
    /// ## How it shows
    ///
    /// A pause of 5 to 30 seconds or more between `SSH2_MSG_SERVICE_ACCEPT received` and
    /// `Authentications that can continue`; then all goes well, unless LoginGraceTime runs out.
    /// The log may say `reverse mapping checking getaddrinfo for NAME failed` or
    /// `does not map back to the address`.
    ///
    /// ## What looks alike
    ///
    /// `slow-gssapi`: the pause comes after `Next authentication method: gssapi-with-mic`.
    /// `slow-logind`: it comes after the login. A directory service (LDAP, SSSD) that is slow to
    /// know the user pauses at the same place: `time id USER` on the server. `server-overloaded`
    /// makes every step slow.
    ///
    /// ## How to mend it
    ///
    /// Measure on the server: `time getent hosts ADDRESS`, `time id USER`. Mend the resolver, or
    /// put the address into the server's hosts file. `UseDNS no` also ends it; read
    /// `sshd -T | grep usedns` first. Undo: put the line back.
    ///
    /// ## Risk
    ///
    /// With `UseDNS no` host names in `from=`, `Match Host` and `AllowUsers user@host` stop
    /// matching, which can lock users out or let denied ones in.
    ///
    /// ## References
    ///
    /// sshd_config(5) UseDNS; resolv.conf(5); hosts_access(5); OpenSSH release notes 6.8.
    SLOW_DNS {
        id: "slow-dns",
        title: "the server's reverse look-ups stall the login",
        stage: Auth,
        commonness: Common,
        predicts: {
            Login: Accepted usually, NeedsSecret sometimes, Denied rarely, Silent sometimes, ClosedEarly rarely;
            SlowStep: BeforeMethods always, Banner rarely;
            ServerLog: Nothing usually, SlowLookup sometimes;
            ReverseLookup: Slow always;
        },
        shown_by: [ServerLog::SlowLookup, ReverseLookup::Slow],
        remedy: "on the server: time getent hosts {source}    (then mend the name servers in /etc/resolv.conf)",
    }
}
