//! See the documentation of the cause itself.

use crate::causes::cause;

cause! {
    /// ## What happens
    ///
    /// ssh was built against another version of OpenSSL than the one that is installed, or the
    /// dynamic linker finds no or a broken library. An upgrade was interrupted, or
    /// `LD_LIBRARY_PATH` points to somebody else's libraries. The same happens to sshd, which then
    /// does not start.
    ///
    /// ## How it shows
    ///
    /// On the client: `OpenSSL version mismatch. Built against 30000000, you have 30500000`,
    /// `symbol lookup error` or `error while loading shared libraries`, for every host, before any
    /// packet. On the server: refused connections, as from `no-listener`, and these words in its
    /// journal.
    ///
    /// ## What looks alike
    ///
    /// `client-config-error` names a file and a line. On the server only the journal tells it from
    /// `no-listener` and `sshd-config-error`; `sshd-crash` is the same for a daemon whose children
    /// are started anew.
    ///
    /// ## How to mend it
    ///
    /// Finish the upgrade: `sudo apt --fix-broken install`, or reinstall the client and the library
    /// together. Try `env -u LD_LIBRARY_PATH ssh -V` first.
    ///
    /// ## Risk
    ///
    /// Small on a client. On a server keep a session open until a new login works.
    ///
    /// ## References
    ///
    /// OpenSSH `entropy.c` (`seed_rng`); ld.so(8).
    LIBRARY_VERSION_MISMATCH {
        id: "library-version-mismatch",
        title: "ssh does not run with the installed crypto library",
        stage: Config,
        commonness: Rare,
        predicts: {
            SshProgram: LibraryMismatch always;
        },
        shown_by: [SshProgram::LibraryMismatch],
        remedy: "reinstall ssh and its libraries together: sudo apt install --reinstall \
                  openssh-client libssl3",
    }
}
