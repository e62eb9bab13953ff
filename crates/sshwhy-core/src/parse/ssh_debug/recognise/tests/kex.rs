use super::*;

#[test]
fn key_exchange() {
    check("debug1: SSH2_MSG_KEXINIT sent", Event::KexInitSent);
    check("debug1: SSH2_MSG_KEXINIT received", Event::KexInitReceived);
    check("debug3: kex_choose_conf: will use strict KEX ordering", Event::StrictKex);
    let chosen =
        |choice, name: Option<&str>| Event::Chosen { choice, name: name.map(str::to_owned) };
    check("debug1: kex: algorithm: (no match)", chosen(Choice::Kex, None));
    check(
        "debug1: kex: host key algorithm: ssh-ed25519",
        chosen(Choice::HostKey, Some("ssh-ed25519")),
    );
    check(
        "debug1: kex: server->client cipher: aes128-ctr MAC: hmac-sha1 compression: none",
        chosen(Choice::CipherToClient, Some("aes128-ctr")),
    );
    check(
        "debug1: kex: client->server aes128-ctr hmac-md5 none",
        chosen(Choice::CipherToServer, Some("aes128-ctr")),
    );
    check_all(
        &["debug1: expecting SSH2_MSG_KEX_ECDH_REPLY", "debug1: sending SSH2_MSG_KEX_ECDH_REPLY"],
        &Event::KexRequested("SSH2_MSG_KEX_ECDH_REPLY".into()),
    );
    check("debug1: sending SSH2_MSG_KEXDH_INIT", Event::KexRequested("SSH2_MSG_KEXDH_INIT".into()));
    check(
        "debug1: expecting SSH2_MSG_KEX_DH_GEX_GROUP",
        Event::KexRequested("SSH2_MSG_KEX_DH_GEX_GROUP".into()),
    );
    check(
        "debug1: SSH2_MSG_KEX_DH_GEX_REQUEST(2048<8192<8192) sent",
        Event::KexRequested("SSH2_MSG_KEX_DH_GEX_REQUEST".into()),
    );
    check(
        "debug1: SSH2_MSG_KEX_ECDH_REPLY received",
        Event::KexReplied("SSH2_MSG_KEX_ECDH_REPLY".into()),
    );
    assert_eq!(recognised("debug1: expecting SSH2_MSG_NEWKEYS"), None);
    check("debug1: SSH2_MSG_NEWKEYS sent", Event::NewKeysSent);
    check("debug1: SSH2_MSG_NEWKEYS received", Event::NewKeysReceived);
    check_all(
        &[
            "debug1: kex_input_ext_info: server-sig-algs=<ssh-ed25519,rsa-sha2-512>",
            "debug1: kex_ext_info_client_parse: server-sig-algs=<ssh-ed25519,rsa-sha2-512>",
        ],
        &Event::ServerSigAlgs(names(&["ssh-ed25519", "rsa-sha2-512"])),
    );
    check_all(
        &[
            "debug1: need rekeying",
            "debug1: rekeying in progress",
            "debug1: set_newkeys: rekeying",
            "debug1: ssh_set_newkeys: rekeying, input 1 bytes",
        ],
        &Event::Rekeying,
    );
}

#[test]
fn nothing_in_common() {
    let none = |kind, offer: &[&str]| Event::NoCommonAlgorithm { kind, their_offer: names(offer) };
    let with = "Unable to negotiate with 192.0.2.7 port 22: no matching";
    check(
        &format!("{with} key exchange method found. Their offer: diffie-hellman-group1-sha1"),
        none(AlgorithmKind::Kex, &["diffie-hellman-group1-sha1"]),
    );
    check(
        &format!("{with} host key type found. Their offer: ssh-rsa,ssh-dss"),
        none(AlgorithmKind::HostKey, &["ssh-rsa", "ssh-dss"]),
    );
    check(
        &format!("{with} cipher found. Their offer: aes128-cbc"),
        none(AlgorithmKind::Cipher, &["aes128-cbc"]),
    );
    check(
        &format!("{with} MAC found. Their offer: hmac-md5"),
        none(AlgorithmKind::Mac, &["hmac-md5"]),
    );
    check(
        &format!("{with} compression method found. Their offer: zlib"),
        none(AlgorithmKind::Compression, &["zlib"]),
    );
    check(
        "Unable to negotiate with 192.0.2.7: no matching cipher found. Their offer: aes128-cbc",
        none(AlgorithmKind::Cipher, &["aes128-cbc"]),
    );
    check(
        "no matching cipher found: client aes128-ctr,aes192-ctr server aes128-cbc,3des-cbc",
        none(AlgorithmKind::Cipher, &["aes128-cbc", "3des-cbc"]),
    );
    check(
        "no matching mac found: client hmac-sha1 server hmac-md5",
        none(AlgorithmKind::Mac, &["hmac-md5"]),
    );
    check("Unable to negotiate a key exchange method", none(AlgorithmKind::Kex, &[]));
}
