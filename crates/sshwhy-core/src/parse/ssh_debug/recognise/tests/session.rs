use super::*;

#[test]
fn sessions() {
    check_all(
        &[
            "debug1: channel 0: new [client-session]",
            "debug1: channel 0: new session [client-session] (inactive timeout: 0)",
        ],
        &Event::ChannelRequested,
    );
    check("debug1: Entering interactive session.", Event::SessionEntered);
    check("debug1: channel_connect_stdio_fwd: box:22", Event::StdioForward("box:22".into()));
    check("debug2: channel 0: open confirm rwindow 0 rmax 32768", Event::ChannelOpened);
    let failed = |reason: &str, text: &str| Event::ChannelFailed {
        reason: reason.into(),
        text: text.into(),
    };
    check(
        "channel 0: open failed: connect failed: Connection refused",
        failed("connect failed", "Connection refused"),
    );
    check(
        "channel 0: open failed: administratively prohibited: open failed",
        failed("administratively prohibited", "open failed"),
    );
    check("debug1: channel 2: open failed: resource shortage", failed("resource shortage", ""));
    check("stdio forwarding failed", Event::StdioForwardFailed);
}

#[test]
fn requests_within_a_session() {
    let request = |request, accepted| Event::Request { request, accepted };
    check("PTY allocation request failed on channel 0", request(SessionRequest::Pty, false));
    check(
        "debug2: PTY allocation request accepted on channel 0",
        request(SessionRequest::Pty, true),
    );
    check("shell request failed on channel 0", request(SessionRequest::Shell, false));
    check("exec request failed on channel 0", request(SessionRequest::Exec, false));
    check("subsystem request failed on channel 0", request(SessionRequest::Subsystem, false));
    check("X11 forwarding request failed on channel 0", request(SessionRequest::X11, false));
    let forward = |port, fatal| Event::RemoteForwardFailed { port, fatal };
    check(
        "Warning: remote port forwarding failed for listen port 8080",
        forward(Some(8080), false),
    );
    check("Error: remote port forwarding failed for listen port 8080", forward(Some(8080), true));
    check("Error: remote port forwarding failed for listen path /x", forward(None, true));
    check(
        "debug1: remote forward failure for: listen 22, connect 127.0.0.1:1",
        forward(Some(22), false),
    );
    check(
        "bind [127.0.0.1]:8080: Address already in use",
        Event::LocalForwardFailed("[127.0.0.1]:8080".into()),
    );
    check(
        "channel_setup_fwd_listener_tcpip: cannot listen to port: 8080",
        Event::LocalForwardFailed("cannot listen to port: 8080".into()),
    );
}

#[test]
fn what_the_server_says_in_a_session() {
    check("debug1: Remote: Forced command.", Event::Remote("Forced command.".into()));
    check(
        "debug1: client_input_global_request: rtype hostkeys-00@openssh.com want_reply 0",
        Event::GlobalRequest("hostkeys-00@openssh.com".into()),
    );
    check(
        "debug1: client_input_channel_req: channel 0 rtype exit-signal reply 0",
        Event::ExitSignal,
    );
    check("debug1: Exit status -1", Event::ExitStatus(-1));
    check("debug2: Received exit status from master 3", Event::ExitStatus(3));
    check(
        "Transferred: sent 3480, received 3272 bytes, in 0.2 seconds",
        Event::Transferred { sent: 3480, received: 3272 },
    );
    check("debug3: send packet: type 80", Event::Packet { received: false, number: 80 });
    check("debug3: receive packet: type 82", Event::Packet { received: true, number: 82 });
}
