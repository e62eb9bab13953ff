use super::*;

#[test]
fn clients_and_configuration() {
    let version = |software: &str, library: &str| Event::ClientVersion {
        software: software.to_owned(),
        library: Some(library.to_owned()),
    };
    check(
        "OpenSSH_5.3p1, OpenSSL 1.0.1e-fips 11 Feb 2013",
        version("OpenSSH_5.3p1", "OpenSSL 1.0.1e-fips 11 Feb 2013"),
    );
    check("debug1: OpenSSH_10.0p2, LibreSSL 4.0.0", version("OpenSSH_10.0p2", "LibreSSL 4.0.0"));
    check(
        "OpenSSH_for_Windows_8.1p1, LibreSSL 3.0.2",
        version("OpenSSH_for_Windows_8.1p1", "LibreSSL 3.0.2"),
    );
    check(
        "debug1: Reading configuration data /home/a b/.ssh/config",
        Event::ConfigRead("/home/a b/.ssh/config".into()),
    );
    check(
        "debug1: /etc/ssh/ssh_config line 19: Applying options for *",
        Event::ConfigApplied { file: "/etc/ssh/ssh_config".into(), line: 19, pattern: "*".into() },
    );
    check("debug2: resolving \"box\" port 22", Event::Resolving(at("box", Some(22))));
    check("debug1: auto-mux: Trying existing master at '/tmp/m'", Event::Sharing(Sharing::Trying));
    check(
        "debug2: mux_client_hello_exchange: master version 4",
        Event::Sharing(Sharing::MasterAnswered),
    );
    check(
        "Control socket connect(/tmp/m): Connection refused",
        Event::Sharing(Sharing::Stale(SystemError::Refused)),
    );
    check(
        "ControlSocket /tmp/m already exists, disabling multiplexing",
        Event::Sharing(Sharing::Disabled),
    );
    let refused = Event::Sharing(Sharing::SessionRefused("Session open refused by peer".into()));
    check(
        "mux_client_request_session: session request failed: Session open refused by peer",
        refused,
    );
    check("debug1: Executing proxy command: exec nc h 22", Event::ProxyStarted("nc h 22".into()));
    check(
        "debug1: Setting implicit ProxyCommand from ProxyJump: ssh -W '[%h]:%p' j",
        Event::JumpConfigured("ssh -W '[%h]:%p' j".into()),
    );
    check("jumphost loop via j", Event::JumpLoop("j".into()));
}

#[test]
fn names_and_addresses() {
    for text in [
        "Name or service not known",
        "nodename nor servname provided, or not known",
        "Temporary failure in name resolution",
    ] {
        let failed = Event::ResolveFailed { host: "h".into(), text: text.into() };
        check(&format!("ssh: Could not resolve hostname h: {text}"), failed);
    }
    check(
        "ssh: h: Name or service not known",
        Event::ResolveFailed { host: "h".into(), text: "Name or service not known".into() },
    );
    check(
        "debug1: Connecting to box [2001:db8::7] port 2222.",
        Event::Connecting { host: "box".into(), address: "2001:db8::7".into(), port: Some(2222) },
    );
    check("debug3: set_sock_tos: set socket 3 IP_TOS 0x48", Event::TypeOfService(0x48));
    check("debug3: set_sock_tos: set socket 3 IPV6_TCLASS 0xb8", Event::TypeOfService(0xb8));
    for (text, error) in [
        ("Connection refused", SystemError::Refused),
        ("Connection timed out", SystemError::TimedOut),
        ("Operation timed out", SystemError::TimedOut),
        ("No route to host", SystemError::HostUnreachable),
        ("Network is unreachable", SystemError::NetworkUnreachable),
        ("Permission denied", SystemError::PermissionDenied),
        ("Operation not permitted", SystemError::NotPermitted),
        ("Invalid argument", SystemError::InvalidArgument),
        ("Protocol not available", SystemError::ProtocolNotAvailable),
        ("Cannot assign requested address", SystemError::AddressNotAvailable),
        ("Connection reset by peer", SystemError::Reset),
        ("failure", SystemError::Other("failure".into())),
    ] {
        let peer = at("192.0.2.7", Some(22));
        let failed = Event::AddressFailed { peer: peer.clone(), error: error.clone() };
        check(&format!("debug1: connect to address 192.0.2.7 port 22: {text}"), failed);
        check(
            &format!("ssh: connect to host 192.0.2.7 port 22: {text}"),
            Event::ConnectFailed { peer, error },
        );
    }
    check(
        "bind 192.0.2.99: Cannot assign requested address",
        Event::BindFailed { from: "192.0.2.99".into(), error: SystemError::AddressNotAvailable },
    );
    check(
        "getifaddrs: nope0: no suitable addresses",
        Event::BindFailed {
            from: "nope0".into(),
            error: SystemError::Other("no suitable addresses".into()),
        },
    );
    check(
        "socket: Too many open files",
        Event::BindFailed { from: String::new(), error: SystemError::TooManyFiles },
    );
    check("debug1: Connection established.", Event::Established);
    check(
        "debug1: identity file C:\\Users\\a/.ssh/id_rsa type -1",
        Event::IdentityFile { path: "C:\\Users\\a/.ssh/id_rsa".into(), kind: -1 },
    );
}

#[test]
fn identification_strings() {
    check(
        "debug1: Local version string SSH-2.0-OpenSSH_9.2",
        Event::LocalIdent("SSH-2.0-OpenSSH_9.2".into()),
    );
    check(
        "debug1: Remote protocol version 1.99, remote software version Cisco-1.25",
        Event::RemoteIdent { protocol: "1.99".into(), software: "Cisco-1.25".into() },
    );
    check(
        "debug1: Remote protocol version 2.0, remote software version ",
        Event::RemoteIdent { protocol: "2.0".into(), software: String::new() },
    );
    check_all(
        &[
            "debug1: kex_exchange_identification: banner line 0: Exceeded MaxStartups",
            "debug1: ssh_exchange_identification: Exceeded MaxStartups",
            "ssh_exchange_identification: Exceeded MaxStartups",
        ],
        &Event::TextBeforeIdent("Exceeded MaxStartups".into()),
    );
    check_all(
        &[
            "kex_exchange_identification: Connection closed by remote host",
            "ssh_exchange_identification: Connection closed by remote host",
            "debug1: kex_exchange_identification: Connection closed by remote host",
        ],
        &Event::End(End::Closed(None)),
    );
    check_all(
        &[
            "kex_exchange_identification: read: Connection reset by peer",
            "ssh_exchange_identification: read: Connection reset by peer",
        ],
        &Event::End(End::Reset(None)),
    );
    check(
        "kex_exchange_identification: read: Connection timed out",
        Event::End(End::TimedOut(None)),
    );
    check(
        "ssh_exchange_identification: write: Broken pipe",
        Event::End(End::WriteFailed(SystemError::BrokenPipe)),
    );
}

#[test]
fn bad_identification_strings() {
    check(
        "kex_exchange_identification: banner line contains invalid characters",
        Event::BadIdent(BadIdent::InvalidCharacters),
    );
    check("kex_exchange_identification: banner line too long", Event::BadIdent(BadIdent::TooLong));
    check(
        "banner exchange: Connection to h port 22: invalid format",
        Event::BadIdent(BadIdent::Refused("invalid format".into())),
    );
    check(
        "Bad remote protocol version identification: 'SSH-9'",
        Event::BadIdent(BadIdent::Malformed("SSH-9".into())),
    );
    check("Protocol major versions differ: 2 vs. 1", Event::BadIdent(BadIdent::OnlyVersion1));
    check("Connection timed out during banner exchange", Event::End(End::BannerTimeout));
    check(
        "debug1: Authenticating to box:22 as 'a'",
        Event::Authenticating { peer: at("box", Some(22)), user: "a".into() },
    );
    check(
        "debug1: Authenticating to 2001:db8::7:22 as 'o'n'",
        Event::Authenticating { peer: at("2001:db8::7", Some(22)), user: "o'n".into() },
    );
}
