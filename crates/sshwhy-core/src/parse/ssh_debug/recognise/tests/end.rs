use super::*;

#[test]
fn ends() {
    let end = |end| Event::End(end);
    let peer = Some(at("192.0.2.7", Some(22)));
    check("Connection closed by 192.0.2.7 port 22", end(End::Closed(peer.clone())));
    check("Connection closed by 192.0.2.7", end(End::Closed(Some(at("192.0.2.7", None)))));
    check(
        "Connection closed by UNKNOWN port 65535",
        end(End::Closed(Some(at("UNKNOWN", Some(65535))))),
    );
    check("Connection reset by 192.0.2.7 port 22", end(End::Reset(peer.clone())));
    check("Connection reset by UNKNOWN port -1", end(End::Reset(Some(at("UNKNOWN", None)))));
    check("Connection to 192.0.2.7 port 22 timed out", end(End::TimedOut(peer)));
    check("Connection to h closed by remote host.", end(End::SessionClosed));
    check("Connection to h closed.", end(End::SessionOver));
    check("Timeout, server h not responding.", end(End::NotResponding));
    check(
        "Read from remote host h: Connection reset by peer",
        end(End::ReadFailed(SystemError::Reset)),
    );
    check(
        "Read from remote host h: Operation timed out",
        end(End::ReadFailed(SystemError::TimedOut)),
    );
    check_all(
        &[
            "client_loop: send disconnect: Broken pipe",
            "packet_write_wait: Connection to h port 22: Broken pipe",
            "Write failed: Broken pipe",
        ],
        &end(End::WriteFailed(SystemError::BrokenPipe)),
    );
}

#[test]
fn disconnects() {
    let end = |end| Event::End(end);
    let disconnect =
        |code, text: &str| end(End::DisconnectReceived { code, text: text.to_owned() });
    check(
        "Received disconnect from 192.0.2.7 port 22:2: Too many authentication failures",
        disconnect(2, "Too many authentication failures"),
    );
    check(
        "Received disconnect from 192.0.2.7: 2: Too many authentication failures for a",
        disconnect(2, "Too many authentication failures for a"),
    );
    check("Received disconnect from 2001:db8::7 port 22:11: bye: now", disconnect(11, "bye: now"));
    check("Received disconnect from 2001:db8::7: 11: bye", disconnect(11, "bye"));
    check("Received disconnect from 192.0.2.7 port 22:11: ", disconnect(11, ""));
    check("Disconnected from 192.0.2.7 port 22", end(End::Disconnected));
    check(
        "Disconnecting 192.0.2.7 port 22: Packet corrupt",
        end(End::Disconnecting("Packet corrupt".into())),
    );
    check("Disconnecting: Packet corrupt", end(End::Disconnecting("Packet corrupt".into())));
}

#[test]
fn broken_packets() {
    let end = |end| Event::End(end);
    check_all(
        &["Bad packet length 1349676916.", "Disconnecting: Bad packet length 1349676916."],
        &end(End::BadPacketLength(1_349_676_916)),
    );
    check_all(
        &[
            "Corrupted MAC on input.",
            "ssh_dispatch_run_fatal: Connection to h port 22: message authentication code incorrect",
        ],
        &end(End::CorruptedMac),
    );
    check_all(
        &[
            "ssh_dispatch_run_fatal: Connection to h port 22: incorrect signature",
            "key_verify failed for server_host_key",
        ],
        &end(End::IncorrectSignature),
    );
    check(
        "ssh_dispatch_run_fatal: Connection to h port 22: DH GEX group out of range",
        end(End::Fatal("DH GEX group out of range".into())),
    );
    check(
        "ssh_dispatch_run_fatal: Connection to h port 22: Operation timed out",
        end(End::TimedOut(None)),
    );
    check(
        "ssh_dispatch_run_fatal: Connection to h port 22: Broken pipe",
        end(End::ReadFailed(SystemError::BrokenPipe)),
    );
    check("Killed by signal 15.", end(End::Killed(15)));
}
