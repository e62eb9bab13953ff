use super::*;

#[test]
fn authentication() {
    check("debug1: SSH2_MSG_SERVICE_ACCEPT received", Event::ServiceAccepted);
    check(
        "debug1: Authentications that can continue: publickey,password",
        Event::MethodsOffered(names(&["publickey", "password"])),
    );
    check(
        "debug1: Next authentication method: gssapi-with-mic",
        Event::NextMethod("gssapi-with-mic".into()),
    );
    check("debug1: No more authentication methods to try.", Event::NoMoreMethods);
    check(
        "debug1: Authentication succeeded (publickey).",
        Event::Authenticated { host: None, method: Some("publickey".into()) },
    );
    let to = |host: &str, method: Option<&str>| Event::Authenticated {
        host: Some(host.into()),
        method: method.map(str::to_owned),
    };
    check("Authenticated to box.example ([192.0.2.7]:22).", to("box.example", None));
    check(
        "Authenticated to box.example ([192.0.2.7]:22) using \"password\".",
        to("box.example", Some("password")),
    );
    check(
        "Authenticated to box.example (via proxy) using \"publickey\".",
        to("box.example", Some("publickey")),
    );
    check(
        "Authenticated using \"publickey\" with partial success.",
        Event::PartialSuccess(Some("publickey".into())),
    );
    check("debug1: Authenticated with partial success.", Event::PartialSuccess(None));
    let denied = |user: Option<&str>, methods: &[&str]| Event::PermissionDenied {
        user: user.map(str::to_owned),
        methods: names(methods),
    };
    check(
        "a@h: Permission denied (publickey,password).",
        denied(Some("a"), &["publickey", "password"]),
    );
    check("Permission denied (publickey).", denied(None, &["publickey"]));
    check("a@x@h: Permission denied (publickey).", denied(Some("a@x"), &["publickey"]));
    check("Permission denied, please try again.", denied(None, &[]));
    assert_eq!(recognised("cat: /etc/shadow: Permission denied"), None);
}

#[test]
fn keys_and_agents() {
    let key = |key| Event::Key(key);
    check(
        "debug1: Will attempt key: /k ED25519 SHA256:x explicit",
        key(Key::Planned("/k ED25519 SHA256:x explicit".into())),
    );
    check("debug1: Trying private key: /k", key(Key::Tried("/k".into())));
    check_all(
        &[
            "debug1: Offering public key: /k",
            "debug1: Offering RSA public key: /k",
            "debug1: Offering ED25519-CERT public key: /k",
        ],
        &key(Key::Offered("/k".into())),
    );
    check(
        "debug1: Server accepts key: pkalg ssh-rsa blen 279",
        key(Key::Accepted("pkalg ssh-rsa blen 279".into())),
    );
    check(
        "debug3: sign_and_send_pubkey: signing using rsa-sha2-512 SHA256:x",
        key(Key::Signing("rsa-sha2-512 SHA256:x".into())),
    );
    check_all(
        &[
            "debug1: send_pubkey_test: no mutual signature algorithm",
            "sign_and_send_pubkey: no mutual signature supported",
        ],
        &key(Key::NoMutualSignature),
    );
    check(
        "debug1: Skipping ssh-dss key /k - not in PubkeyAcceptedKeyTypes",
        key(Key::Skipped("Skipping ssh-dss key /k - not in PubkeyAcceptedKeyTypes".into())),
    );
    check(
        "sign_and_send_pubkey: signing failed: agent refused operation",
        key(Key::SignFailed("agent refused operation".into())),
    );
    check(
        "sign_and_send_pubkey: signing failed for ED25519-SK \"/k\": device not found",
        key(Key::SignFailed("for ED25519-SK \"/k\": device not found".into())),
    );
}

#[test]
fn key_files() {
    let key = |key| Event::Key(key);
    let file =
        |path: Option<&str>, trouble| key(Key::File { path: path.map(str::to_owned), trouble });
    check("Load key \"/k\": bad permissions", file(Some("/k"), KeyFileTrouble::BadPermissions));
    check(
        "Permissions 0644 for '/k' are too open.",
        file(Some("/k"), KeyFileTrouble::BadPermissions),
    );
    check("Load key \"/k\": invalid format", file(Some("/k"), KeyFileTrouble::InvalidFormat));
    check("Load key \"/k\": error in libcrypto", file(Some("/k"), KeyFileTrouble::InvalidFormat));
    check(
        "Load key \"/k\": Permission denied",
        file(Some("/k"), KeyFileTrouble::Unreadable(SystemError::PermissionDenied)),
    );
    check(
        "Load key \"/k\": incorrect passphrase supplied to decrypt private key",
        file(Some("/k"), KeyFileTrouble::Passphrase),
    );
    check(
        "Load key \"/k\": Is a directory",
        file(Some("/k"), KeyFileTrouble::Other("Is a directory".into())),
    );
    check(
        "Warning: Identity file /k not accessible: No such file or directory.",
        file(Some("/k"), KeyFileTrouble::Missing),
    );
    check(
        "debug3: no such identity: /k: No such file or directory",
        file(Some("/k"), KeyFileTrouble::Missing),
    );
    check("debug1: key_load_public: invalid format", file(None, KeyFileTrouble::InvalidFormat));
    assert_eq!(recognised("debug1: key_load_public: No such file or directory"), None);
    check("Enter passphrase for key '/k': ", file(Some("/k"), KeyFileTrouble::Passphrase));
}

#[test]
fn agents_and_prompts() {
    check(
        "debug1: get_agent_identities: ssh_get_authentication_socket: No such file or directory",
        Event::AgentTrouble("ssh_get_authentication_socket: No such file or directory".into()),
    );
    assert_eq!(recognised("debug2: get_agent_identities: bound agent to hostkey"), None);
    check(
        "Agent admitted failure to sign using the key.",
        Event::AgentTrouble("Agent admitted failure to sign using the key.".into()),
    );
    check(
        "debug1: read_passphrase: can't open /dev/tty: No such device or address",
        Event::NoPrompt("read_passphrase: can't open /dev/tty: No such device or address".into()),
    );
    check(
        "ssh_askpass: exec(/usr/bin/ssh-askpass): No such file or directory",
        Event::NoPrompt(
            "ssh_askpass: exec(/usr/bin/ssh-askpass): No such file or directory".into(),
        ),
    );
}
