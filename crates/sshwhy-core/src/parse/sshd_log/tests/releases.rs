//! One line of each kind, by stage, from 5.x to 10.5.

use super::*;

/// What a line says, in one short text: its kind, then client, port, user, method, key, detail,
/// process and number, as far as they are there.
fn shown(message: &str) -> String {
    let Some(said) = parse(message) else { return "unknown".to_owned() };
    let mut text = format!("{:?}", said.what);
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str(&format!(" {name}={value}"));
        }
    };
    add("from", said.source.map(|source| source.to_string()));
    add("port", said.port.map(|port| port.to_string()));
    let user_kind = if said.user_invalid { "invalid" } else { "user" };
    add(user_kind, said.user.map(str::to_owned));
    add("by", said.method.map(str::to_owned));
    add("key", said.key.map(str::to_owned));
    add("pid", said.pid.map(|pid| pid.to_string()));
    add("n", said.number.map(|number| number.to_string()));
    text
}

fn check(lines: &[(&str, &str)]) {
    let wrong: Vec<String> = lines
        .iter()
        .filter(|(line, expected)| shown(line) != *expected)
        .map(|(line, expected)| format!("{line}\n  is    {}\n  not   {expected}", shown(line)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn start_and_stop() {
    check(&[
        ("Server listening on 0.0.0.0 port 22.", "Listening n=22"),
        ("Server listening on :: port 2222.", "Listening n=2222"),
        ("Server listening on 192.0.2.1 port 22 rdomain mgmt.", "Listening n=22"),
        ("Received signal 15; terminating.", "Terminating n=15"),
        ("Received SIGHUP; restarting.", "Restarting"),
        ("error: Bind to port 22 on 0.0.0.0 failed: Address already in use.", "BindFailed n=22"),
        ("error: Bind to port 2222 on :: failed: Permission denied.", "BindFailed n=2222"),
        ("fatal: Cannot bind any address.", "BindFailed"),
        ("fatal: listen on [0.0.0.0]:22: Address already in use", "BindFailed"),
        ("error: /etc/ssh/sshd_config: line 12: Bad configuration option: Foo", "ConfigError"),
        ("fatal: /etc/ssh/sshd_config: terminating, 1 bad configuration options", "ConfigError"),
        ("fatal: /etc/ssh/sshd_config line 88: Bad SSH2 cipher spec 'x'.", "ConfigError"),
        (
            "fatal: /etc/ssh/sshd_config line 90: Directive 'MaxStartups' is not allowed within a Match block",
            "ConfigError",
        ),
        ("fatal: /etc/ssh/sshd_config.d/a.conf line 1: Invalid MaxStartups spec.", "ConfigError"),
        ("error: Unsupported KEX algorithm \"foo\"", "ConfigError"),
        ("fatal: AuthorizedKeysCommand set without AuthorizedKeysCommandUser", "ConfigError"),
        (
            "fatal: AuthenticationMethods cannot be satisfied by enabled authentication methods",
            "ConfigError",
        ),
        ("fatal: command-line line 0: Invalid MaxStartups spec.", "ConfigError"),
        ("/etc/ssh/sshd_config line 25: Deprecated option UsePrivilegeSeparation", "NotNeeded"),
        ("rexec line 25: Deprecated option KeyRegenerationInterval", "NotNeeded"),
        ("/etc/ssh/sshd_config line 79: Unsupported option UsePAM", "NotNeeded"),
        ("error: Could not load host key: /etc/ssh/ssh_host_dsa_key", "HostKeyUnusable"),
        (
            "error: Unable to load host key \"/etc/ssh/ssh_host_rsa_key\": bad permissions",
            "HostKeyUnusable",
        ),
        ("error: Unable to load host key: /etc/ssh/ssh_host_rsa_key", "HostKeyUnusable"),
        ("error: main: Host key /etc/ssh/ssh_host_rsa_key: Invalid key length", "HostKeyUnusable"),
        (
            "error: Permissions 0644 for '/etc/ssh/ssh_host_rsa_key' are too open.",
            "HostKeyUnusable",
        ),
        ("error: @         WARNING: UNPROTECTED PRIVATE KEY FILE!          @", "NotNeeded"),
        ("error: This private key will be ignored.", "NotNeeded"),
        ("Disabling protocol version 2. Could not load host key", "HostKeyUnusable"),
        ("sshd: no hostkeys available -- exiting.", "NoHostKeys"),
        ("fatal: Missing privilege separation directory: /run/sshd", "PrivsepDir"),
        ("fatal: /run/sshd must be owned by root and not group or world-writable.", "PrivsepDir"),
        ("fatal: chroot(\"/run/sshd\"): No such file or directory [preauth]", "PrivsepDir"),
        ("fatal: chroot(\"/run/sshd\"): Operation not permitted [preauth]", "Unprivileged"),
        ("fatal: setgroups: Operation not permitted [preauth]", "Unprivileged"),
        ("fatal: Privilege separation user sshd does not exist", "PrivsepUser"),
        (
            "fatal: OpenSSL version mismatch. Built against 30000020, you have 30100000",
            "LibraryMismatch",
        ),
        (
            "fatal: rexec of /usr/lib/openssh/sshd-session failed: No such file or directory",
            "Helper",
        ),
        (
            "fatal: privsep_preauth: exec of /usr/lib/openssh/sshd-auth failed: No such file",
            "Helper",
        ),
        ("fatal: recv_rexec_state: ssh_msg_recv failed", "Helper"),
        ("error: ssh_msg_recv: read header: Bad file descriptor", "Helper"),
        ("fatal: -R not supported here", "Helper"),
        (
            "error: server_accept_loop: startup pipe 0 (fd=10): read Connection reset by peer",
            "Helper",
        ),
        ("fatal: ssh_sandbox_child: PR_SET_SECCOMP failed: Invalid argument [preauth]", "Sandbox"),
        ("fatal: something that nobody has heard of", "Fatal"),
    ]);
}

#[test]
fn the_listener() {
    check(&[
        ("drop connection #10", "StartupsDrop n=10"),
        (
            "drop connection #10 from [192.0.2.7]:50000 on [192.0.2.1]:22 past MaxStartups",
            "StartupsDrop from=192.0.2.7 port=50000 n=10",
        ),
        (
            "drop connection #3 from [2001:db8::7]:50000 on [2001:db8::1]:22 past Maxstartups",
            "StartupsDrop from=2001:db8::7 port=50000 n=3",
        ),
        (
            "drop connection #3 from [192.0.2.7]:50000 on [192.0.2.1]:22 Maxstartups",
            "StartupsDrop from=192.0.2.7 port=50000 n=3",
        ),
        (
            "drop connection #0 from [192.0.2.7]:50000 on [192.0.2.1]:22 penalty: failed authentication",
            "PenaltyDrop from=192.0.2.7 port=50000 n=0",
        ),
        (
            "drop connection #0 from [192.0.2.7]:50000 on [192.0.2.1]:22 too many penalised addresses",
            "PenaltyDrop from=192.0.2.7 port=50000 n=0",
        ),
        ("error: beginning MaxStartups throttling", "StartupsBegin"),
        ("error: in MaxStartups throttling for 00:05:01, 12 connections dropped", "StartupsBegin"),
        ("exited MaxStartups throttling after 00:05:01, 12 connections dropped", "StartupsEnd"),
        ("Maxstartups logging rate-limited: additional 3 connections dropped", "StartupsBegin"),
        (
            "srclimit_penalise: ipv4: new 192.0.2.7/32 active penalty of 20 seconds for penalty: failed authentication",
            "PenaltyActive from=192.0.2.7 n=20000",
        ),
        (
            "srclimit_penalise: ipv4: new 192.0.2.7/32 deferred penalty of 1 seconds for penalty: connections without attempting authentication",
            "PenaltyDeferred from=192.0.2.7 n=1000",
        ),
        (
            "srclimit_penalise: 2001:db8::/64: activating ipv6 penalty of 15.250 seconds for penalty: exceeded LoginGraceTime",
            "PenaltyActive from=2001:db8:: n=15250",
        ),
        ("error: accept: Too many open files", "Shortage"),
        ("error: accept: Software caused connection abort", "ListenerTrouble"),
        ("error: reexec socketpair: Too many open files", "Shortage"),
        ("error: fork: Resource temporarily unavailable", "Shortage"),
        ("error: fork: Cannot allocate memory", "Shortage"),
        ("fatal: fork of unprivileged child failed", "Shortage"),
        ("fatal: monitor_openfds: socketpair: Too many open files", "Shortage"),
        ("error: do_exec_no_pty: fork: Resource temporarily unavailable", "Shortage"),
        ("error: syslogin_write_entry: No space left on device", "Shortage"),
        ("fatal: Timeout before authentication for 192.0.2.7", "GraceTime from=192.0.2.7"),
        (
            "fatal: Timeout before authentication for 192.0.2.7 port 50000",
            "GraceTime from=192.0.2.7 port=50000",
        ),
        (
            "Timeout before authentication for connection from 192.0.2.7 to 192.0.2.1, pid = 4242",
            "GraceTime from=192.0.2.7 pid=4242",
        ),
        (
            "Timeout before authentication for connection from 2001:db8::7 to 2001:db8::1, pid = 4242 (early)",
            "GraceTime from=2001:db8::7 pid=4242",
        ),
        (
            "Session process 4242 unpriv child crash for connection from 192.0.2.7 to 192.0.2.1",
            "ChildCrash from=192.0.2.7 pid=4242",
        ),
        (
            "error: session process 4242 for connection from 192.0.2.7 to 192.0.2.1 killed by signal 11",
            "ChildCrash from=192.0.2.7 pid=4242 n=11",
        ),
        ("error: mm_reap: preauth child terminated by signal 31", "Signalled n=31"),
        ("error: mm_reap: child terminated by signal 9", "Signalled n=9"),
        ("fatal: privsep_preauth: preauth child terminated by signal 31", "Signalled n=31"),
        (
            "error: monitor_child_preauth: preauth child 77 terminated by signal 11",
            "Signalled pid=77 n=11",
        ),
        ("Exiting on signal 15", "Signalled n=15"),
        (
            "debug1: child_reap: preauth child 77 for connection from 192.0.2.7 to 192.0.2.1 exited after unsuccessful auth attempt",
            "ChildEnded from=192.0.2.7 pid=77",
        ),
        (
            "ssh.socket: Too many incoming connections (64), dropping connection.",
            "SocketLimit n=64",
        ),
        (
            "sshd.socket: Too many incoming connections (5) from source 192.0.2.7, dropping connection.",
            "SocketLimit from=192.0.2.7 n=5",
        ),
        ("ssh.socket: Trigger limit hit, refusing further activation.", "SocketLimit"),
    ]);
}

#[test]
fn before_authentication() {
    check(&[
        ("refused connect from 192.0.2.7 (192.0.2.7)", "RefusedConnect from=192.0.2.7"),
        ("refused connect from host.example (2001:db8::7)", "RefusedConnect from=2001:db8::7"),
        ("refused connect from 192.0.2.7", "RefusedConnect from=192.0.2.7"),
        (
            "Connection from 192.0.2.7 port 50000 on 192.0.2.1 port 22",
            "ConnectionFrom from=192.0.2.7 port=50000",
        ),
        (
            "Connection from 192.0.2.7 port 50000 on 192.0.2.1 port 22 rdomain \"\"",
            "ConnectionFrom from=192.0.2.7 port=50000",
        ),
        (
            "fatal: Connection from 192.0.2.7 port 50000 with IP opts: 83:07:04",
            "IpOptions from=192.0.2.7 port=50000",
        ),
        ("Did not receive identification string from 192.0.2.7", "LeftEarly from=192.0.2.7"),
        (
            "Did not receive identification string from 192.0.2.7 port 50000",
            "LeftEarly from=192.0.2.7 port=50000",
        ),
        (
            "Bad protocol version identification 'GET / HTTP/1.1' from 192.0.2.7 port 50000",
            "NotSsh from=192.0.2.7 port=50000",
        ),
        ("Bad protocol version identification '\\003' from 192.0.2.7", "NotSsh from=192.0.2.7"),
        ("error: kex_exchange_identification: Connection closed by remote host", "LeftEarly"),
        ("error: kex_exchange_identification: read: Connection reset by peer", "ResetByPeer"),
        (
            "error: kex_exchange_identification: client sent invalid protocol identifier \"HELO sshwhy\"",
            "NotSsh",
        ),
        (
            "kex_exchange_identification: banner line contains invalid characters [preauth]",
            "NotSsh",
        ),
        (
            "banner exchange: Connection from 192.0.2.7 port 50000: invalid format",
            "NotSsh from=192.0.2.7 port=50000",
        ),
        (
            "banner exchange: Connection from 192.0.2.7 port 50000: could not read protocol version [preauth]",
            "NotSsh from=192.0.2.7 port=50000",
        ),
        (
            "banner exchange: Connection from 192.0.2.7 port 50000: Connection reset by peer",
            "ResetByPeer from=192.0.2.7 port=50000",
        ),
        (
            "Protocol major versions differ for 192.0.2.7 port 50000: SSH-2.0-x vs. SSH-1.5-y",
            "NotSsh from=192.0.2.7 port=50000",
        ),
        (
            "scanned from 192.0.2.7 port 50000 with SSH-1.0-SSH_Version_Mapper.  Don't panic.",
            "Scanner from=192.0.2.7 port=50000",
        ),
        ("Connection closed by 192.0.2.7 [preauth]", "ClosedByPeer from=192.0.2.7"),
        ("Connection closed by 192.0.2.7 port 50000", "ClosedByPeer from=192.0.2.7 port=50000"),
        (
            "Connection closed by authenticating user alice 192.0.2.7 port 50000 [preauth]",
            "ClosedByPeer from=192.0.2.7 port=50000 user=alice",
        ),
        (
            "Connection closed by invalid user bob 192.0.2.7 port 50000 [preauth]",
            "ClosedByPeer from=192.0.2.7 port=50000 invalid=bob",
        ),
        (
            "Connection reset by authenticatinguser alice fe80::7%eth0 port 50000",
            "ResetByPeer from=fe80::7 port=50000 user=alice",
        ),
        ("Connection reset by UNKNOWN port 65535", "ResetByPeer port=65535"),
        (
            "Connection from user alice 192.0.2.7 port 50000 timed out",
            "TimedOut from=192.0.2.7 port=50000 user=alice",
        ),
        (
            "ssh_dispatch_run_fatal: Connection from 192.0.2.7 port 50000: message authentication code incorrect [preauth]",
            "Corrupted from=192.0.2.7 port=50000",
        ),
        (
            "ssh_dispatch_run_fatal: Connection from user alice 192.0.2.7 port 50000: Connection corrupted",
            "Corrupted from=192.0.2.7 port=50000 user=alice",
        ),
        ("Bad packet length 1349676916. [preauth]", "Corrupted"),
        (
            "Disconnected from user alice 192.0.2.7 port 50000",
            "Disconnected from=192.0.2.7 port=50000 user=alice",
        ),
        (
            "Received disconnect from 192.0.2.7: 11: Bye Bye [preauth]",
            "ReceivedDisconnect from=192.0.2.7 n=11",
        ),
        (
            "Received disconnect from 192.0.2.7 port 50000:11: disconnected by user",
            "ReceivedDisconnect from=192.0.2.7 port=50000 n=11",
        ),
        (
            "error: Received disconnect from 2001:db8::7 port 50000:14: No supported authentication methods available [preauth]",
            "ReceivedDisconnect from=2001:db8::7 port=50000 n=14",
        ),
        ("Disconnecting: Too many authentication failures for root [preauth]", "Disconnecting"),
        (
            "Disconnecting authenticating user alice 192.0.2.7 port 50000: Too many authentication failures [preauth]",
            "Disconnecting from=192.0.2.7 port=50000 user=alice",
        ),
        (
            "Unable to negotiate with 192.0.2.7 port 50000: no matching cipher found. Their offer: aes128-cbc [preauth]",
            "Negotiation from=192.0.2.7 port=50000",
        ),
        (
            "fatal: Unable to negotiate with 192.0.2.7: no matching host key type found. Their offer: ssh-dss",
            "Negotiation from=192.0.2.7",
        ),
        (
            "fatal: no matching cipher found: client aes128-cbc server aes256-ctr [preauth]",
            "Negotiation",
        ),
        ("fatal: Write failed: Connection reset by peer [preauth]", "ResetByPeer"),
        ("fatal: Read from socket failed: Connection reset by peer [preauth]", "ResetByPeer"),
        (
            "Read error from remote host 192.0.2.7 port 50000: Connection timed out",
            "TimedOut from=192.0.2.7 port=50000",
        ),
        ("WARNING: no suitable primes in /etc/ssh/moduli", "NotNeeded"),
        (
            "debug1: Remote protocol version 2.0, remote software version OpenSSH_9.9 sshwhy [preauth]",
            "ClientSoftware",
        ),
    ]);
}

#[test]
fn authentication() {
    check(&[
        ("Invalid user bob from 192.0.2.7", "InvalidUser from=192.0.2.7 invalid=bob"),
        (
            "Invalid user bob from 192.0.2.7 port 50000",
            "InvalidUser from=192.0.2.7 port=50000 invalid=bob",
        ),
        ("Invalid user  from 192.0.2.7 port 1", "InvalidUser from=192.0.2.7 port=1 invalid="),
        ("Illegal user bob from ::ffff:192.0.2.7", "InvalidUser from=192.0.2.7 invalid=bob"),
        ("input_userauth_request: invalid user bob [preauth]", "InvalidUser invalid=bob"),
        (
            "Failed password for alice from 192.0.2.7 port 50000 ssh2",
            "Failed from=192.0.2.7 port=50000 user=alice by=password",
        ),
        (
            "Failed none for invalid user bob from 192.0.2.7 port 50000 ssh2",
            "Failed from=192.0.2.7 port=50000 invalid=bob by=none",
        ),
        (
            "Failed keyboard-interactive/pam for alice from 2001:db8::7 port 50000 ssh2",
            "Failed from=2001:db8::7 port=50000 user=alice by=keyboard-interactive/pam",
        ),
        (
            "Failed publickey for alice from 192.0.2.7 port 50000 ssh2: RSA SHA256:abc",
            "Failed from=192.0.2.7 port=50000 user=alice by=publickey key=RSA SHA256:abc",
        ),
        (
            "Failed publickey for alice from 192.0.2.7 port 50000 ssh2: RSA 16:27:ac:a5:76:28",
            "Failed from=192.0.2.7 port=50000 user=alice by=publickey key=RSA 16:27:ac:a5:76:28",
        ),
        (
            "Accepted publickey for alice from 192.0.2.7 port 50000 ssh2: ED25519-CERT SHA256:abc ID alice (serial 7) CA ED25519 SHA256:def",
            "Accepted from=192.0.2.7 port=50000 user=alice by=publickey \
             key=ED25519-CERT SHA256:abc ID alice (serial 7) CA ED25519 SHA256:def",
        ),
        (
            "Accepted password for alice from 192.0.2.7 port 50000 ssh2",
            "Accepted from=192.0.2.7 port=50000 user=alice by=password",
        ),
        (
            "Partial publickey for alice from 192.0.2.7 port 50000 ssh2: RSA SHA256:abc",
            "Partial from=192.0.2.7 port=50000 user=alice by=publickey key=RSA SHA256:abc",
        ),
        (
            "Postponed keyboard-interactive for alice from 192.0.2.7 port 50000 ssh2 [preauth]",
            "NotNeeded from=192.0.2.7 port=50000 user=alice by=keyboard-interactive",
        ),
        ("Accepted key ED25519 SHA256:abc found at /home/a/.ssh/authorized_keys:1", "NotNeeded"),
        (
            "User alice from 192.0.2.7 not allowed because listed in DenyUsers",
            "NotAllowed from=192.0.2.7 user=alice",
        ),
        (
            "User alice from host.example not allowed because not listed in AllowUsers",
            "NotAllowed user=alice",
        ),
        (
            "User alice from 192.0.2.7 not allowed because none of user's groups are listed in AllowGroups",
            "NotAllowed from=192.0.2.7 user=alice",
        ),
        ("User alice not allowed because /etc/nologin exists", "NotAllowed user=alice"),
        ("User alice not allowed because account is locked", "Locked user=alice"),
        ("User alice not allowed because shell /bin/x does not exist", "Shell user=alice"),
        ("User alice not allowed because shell /bin/x is not executable", "Shell user=alice"),
        (
            "ROOT LOGIN REFUSED FROM 192.0.2.7 port 50000 [preauth]",
            "RootRefused from=192.0.2.7 port=50000 user=root",
        ),
        (
            "administratively prohibited connection for invalid user bob from 192.0.2.7 port 50000",
            "Prohibited from=192.0.2.7 port=50000 invalid=bob",
        ),
        ("Account alice has expired", "AccountExpired user=alice"),
        ("User alice password has expired (password aged)", "PasswordExpired user=alice"),
        (
            "fatal: Access denied for user alice by PAM account configuration [preauth]",
            "PamDenied user=alice",
        ),
        (
            "error: maximum authentication attempts exceeded for invalid user bob from 192.0.2.7 port 50000 ssh2 [preauth]",
            "TooManyFailures from=192.0.2.7 port=50000 invalid=bob",
        ),
        (
            "Authentication refused: bad ownership or modes for directory /home/alice/.ssh",
            "BadModes",
        ),
        ("Authentication refused: realpath /h/.ssh/k failed: Permission denied", "KeysUnreadable"),
        (
            "Could not open user 'alice' authorized keys '/etc/keys/alice': Permission denied",
            "KeysUnreadable user=alice",
        ),
        ("debug1: trying public key file /etc/keys/alice", "KeysTried"),
        (
            "Authentication tried for alice with correct key but not from a permitted host (host=h.example, ip=192.0.2.7).",
            "NotFromHere from=192.0.2.7 user=alice",
        ),
        (
            "/home/alice/.ssh/authorized_keys:3: Authentication tried for alice with correct key but not from a permitted host (host=192.0.2.7, ip=192.0.2.7, required=10.0.0.0/8).",
            "NotFromHere from=192.0.2.7 user=alice",
        ),
        (
            "userauth_pubkey: signature algorithm ssh-rsa not in PubkeyAcceptedAlgorithms [preauth]",
            "KeyKind",
        ),
        ("userauth_pubkey: key type ssh-rsa not in PubkeyAcceptedKeyTypes [preauth]", "KeyKind"),
        (
            "error: Authentication key RSA SHA256:abc revoked by file /etc/ssh/revoked",
            "KeyRevoked key=RSA SHA256:abc",
        ),
        (
            "error: Refusing certificate ID \"alice\" serial=7 signed by ED25519 CA SHA256:abc via /etc/ssh/ca.pub: Certificate invalid: expired",
            "Certificate",
        ),
        ("error: Certificate invalid: expired", "Certificate"),
        (
            "error: public key ED25519-SK SHA256:abc signature for alice from 192.0.2.7 port 50000 rejected: user presence (authenticator touch) requirement not met ",
            "TokenNotUsed from=192.0.2.7 port=50000 user=alice key=ED25519-SK SHA256:abc",
        ),
        ("error: AuthorizedKeysCommand /usr/bin/keys alice failed, status 1", "KeyCommand"),
        (
            "reverse mapping checking getaddrinfo for x.example [192.0.2.7] failed - POSSIBLE BREAK-IN ATTEMPT!",
            "ReverseMapping from=192.0.2.7",
        ),
        (
            "reverse mapping checking getaddrinfo for x.example [192.0.2.7] failed.",
            "ReverseMapping from=192.0.2.7",
        ),
        (
            "Address 192.0.2.7 maps to x.example, but this does not map back to the address.",
            "ReverseMapping from=192.0.2.7",
        ),
        (
            "auth.c:auth_log():365 (bin=sshd-session, pid=7): Failed password for alice from 192.0.2.7 port 50000 ssh2",
            "Failed from=192.0.2.7 port=50000 user=alice by=password",
        ),
    ]);
}

#[test]
fn pam() {
    check(&[
        (
            "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=alice",
            "PamFailed from=192.0.2.7 user=alice",
        ),
        (
            "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7 ",
            "PamFailed from=192.0.2.7",
        ),
        (
            "PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root",
            "PamFailed from=192.0.2.7 user=root",
        ),
        (
            "error: PAM: Authentication failure for illegal user bob from 192.0.2.7",
            "PamFailed from=192.0.2.7 invalid=bob",
        ),
        ("pam_unix(sshd:auth): check pass; user unknown", "NotNeeded"),
        ("PAM service(sshd) ignoring max retries; 6 > 3", "NotNeeded"),
        (
            "pam_unix(sshd:account): account alice has expired (account expired)",
            "AccountExpired user=alice",
        ),
        (
            "pam_unix(sshd:account): expired password for user alice (root enforced)",
            "PasswordExpired user=alice",
        ),
        (
            "pam_access(sshd:account): access denied for user `alice' from `192.0.2.7'",
            "PamDenied from=192.0.2.7 user=alice",
        ),
        (
            "pam_faillock(sshd:auth): Consecutive login failures for user alice account temporarily locked",
            "PamLocked user=alice",
        ),
        ("pam_tally2(sshd:auth): user alice (1500) tally 9, deny 5", "PamLocked"),
        ("pam_limits(sshd:session): Too many logins (max 1) for alice", "LoginLimit"),
        ("pam_systemd(sshd:session): Failed to create session: Connection timed out", "Logind"),
        (
            "pam_unix(sshd:session): session opened for user alice(uid=1500) by (uid=0)",
            "SessionOpened user=alice",
        ),
        ("pam_unix(sshd:session): session closed for user alice", "SessionClosed user=alice"),
        ("fatal: PAM: initialisation failed", "PamBroken"),
        ("PAM unable to dlopen(pam_foo.so): /lib/security/pam_foo.so: cannot open", "PamBroken"),
        ("error: PAM: pam_open_session(): Permission denied", "PamSession"),
    ]);
}

#[test]
fn sessions() {
    check(&[
        (
            "Starting session: shell on pts/0 for alice from 192.0.2.7 port 50000 id 0",
            "SessionOpened from=192.0.2.7 port=50000 user=alice",
        ),
        (
            "Close session: user alice from 192.0.2.7 port 50000 id 0",
            "SessionClosed from=192.0.2.7 port=50000 user=alice",
        ),
        ("User child is on pid 4243", "SessionOpened pid=4243"),
        ("fatal: bad ownership or modes for chroot directory \"/home/alice\"", "Chroot"),
        (
            "fatal: bad ownership or modes for chroot directory component \"/home/\" [postauth]",
            "Chroot",
        ),
        ("error: no more sessions", "NoMoreSessions"),
        ("subsystem request for sftp by user alice failed, subsystem not found", "Subsystem"),
        ("subsystem request for sftp by user alice", "NotNeeded"),
        (
            "refused local port forward: originator 127.0.0.1 port 4711, target 192.0.2.9 port 80",
            "ForwardRefused",
        ),
        (
            "Received request to connect to host 192.0.2.9 port 80, but the request was denied.",
            "ForwardRefused",
        ),
        ("error: bind [127.0.0.1]:8080: Address already in use", "ForwardBusy"),
        ("error: openpty: No such file or directory", "NoTerminal"),
        (
            "Timeout, client not responding from user alice 192.0.2.7 port 50000",
            "AliveTimeout from=192.0.2.7 port=50000 user=alice",
        ),
        ("Timeout, client not responding.", "AliveTimeout"),
        (
            "terminating inactive connection from user alice 192.0.2.7 port 50000",
            "Inactive from=192.0.2.7 port=50000 user=alice",
        ),
        ("channel 0: closing after 300 seconds of inactivity", "Inactive"),
        ("error: Connection from 192.0.2.7: refusing non-sftp session", "NotNeeded from=192.0.2.7"),
        ("Transferred: sent 1024, received 2048 bytes", "NotNeeded"),
    ]);
}

#[test]
fn dropbear() {
    check(&[
        ("Child connection from 192.0.2.7:50000", "ConnectionFrom from=192.0.2.7 port=50000"),
        ("Child connection from 2001:db8::7:5000", "ConnectionFrom from=2001:db8::7 port=5000"),
        (
            "Exit before auth from <192.0.2.7:50000>: Disconnect received",
            "Disconnected from=192.0.2.7 port=50000",
        ),
        (
            "Exit before auth from <192.0.2.7:50000>: Max auth tries reached - user 'root'",
            "Disconnected from=192.0.2.7 port=50000",
        ),
        (
            "Exit before auth from <192.0.2.7:50000>: (user 'root', 3 fails): Timeout before auth",
            "Disconnected from=192.0.2.7 port=50000",
        ),
        ("Exit before auth: Timeout before auth", "GraceTime"),
        ("Exit before auth (user 'root', 1 fails): Exited normally", "Disconnected user=root"),
        (
            "Exit (alice) from <192.0.2.7:50000>: Disconnect received",
            "Disconnected from=192.0.2.7 port=50000 user=alice",
        ),
        (
            "Bad password attempt for 'root' from 192.0.2.7:50000",
            "Failed from=192.0.2.7 port=50000 user=root by=password",
        ),
        (
            "Password auth succeeded for 'alice' from 192.0.2.7:50000",
            "Accepted from=192.0.2.7 port=50000 user=alice by=password",
        ),
        (
            "Pubkey auth succeeded for 'alice' with ssh-ed25519 key SHA256:abc from 192.0.2.7:50000",
            "Accepted from=192.0.2.7 port=50000 user=alice by=publickey key=ssh-ed25519 key SHA256:abc",
        ),
        (
            "Login attempt for nonexistent user from 192.0.2.7:50000",
            "InvalidUser from=192.0.2.7 port=50000",
        ),
        ("User account 'alice' is locked", "Locked user=alice"),
        ("User 'alice' has invalid shell, rejected", "Shell user=alice"),
        ("Failed listening on '22': Error listening: Address already in use", "BindFailed"),
    ]);
}
