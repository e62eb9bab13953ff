//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// ssh cannot load the private key: the file lost its last lines, was copied with CRLF line
    /// ends or without its final newline, is a PuTTY or PKCS file, holds the public key, or needs a
    /// passphrase that nobody can type.
    ///
    /// ## How it shows
    ///
    /// `Load key "…": invalid format`, `error in libcrypto`, `incorrect passphrase supplied` or `no
    /// such file`, then `Permission denied (publickey)`. The server sees no key, or another one.
    ///
    /// ## What looks alike
    ///
    /// `key-permissions` prints `bad permissions` and a box. With `key-not-authorized` the key is
    /// offered and the server refuses it. `library-version-mismatch` fails for every key and every
    /// host.
    ///
    /// ## How to mend it
    ///
    /// `ssh-keygen -y -f FILE` says whether the file can be read and asks for the passphrase.
    /// Convert with `ssh-keygen -i -m PKCS8` or with `puttygen -O private-openssh`; remove carriage
    /// returns with `sed -i 's/\r$//'`; otherwise take the key from its backup.
    ///
    /// ## Risk
    ///
    /// Keep a copy of the file before it is converted: a damaged key may be the only one.
    ///
    /// ## References
    ///
    /// ssh-keygen(1); OpenSSH `sshkey.c`, `PROTOCOL.key`.
    KEY_FILE_MALFORMED {
        id: "key-file-malformed",
        title: "a private key file is damaged or in a format that ssh cannot read",
        stage: Auth,
        commonness: Occasional,
        predicts: {
            KeyFiles: Malformed usually, Sound sometimes;
            KeyOutcome: Malformed usually, NoneToOffer sometimes, Refused sometimes;
            Login: Denied usually, NeedsSecret usually;
            AuthWords: Nothing always;
            ServerLog: Nothing usually, KeyRefused rarely;
        },
        shown_by: [KeyFiles::Malformed, KeyOutcome::Malformed],
        remedy: "find the file that `ssh -v {destination}` cannot load, and test it: ssh-keygen -y -f \
                  FILE",
    }
}
