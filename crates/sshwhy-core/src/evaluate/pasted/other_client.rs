//! What other clients say: PuTTY and WinSCP, Dropbear, libssh2, libssh, paramiko, AsyncSSH, JSch, Go's x/crypto/ssh, russh,
//! ssh2 of Node.js, Net::SSH, SSH.NET; and the programs around ssh that tell its end in their own words.
//!
//! Their words are coarser than ssh's: what could be several answers is none.

use super::phrase;
use super::phrase::Phrase;
use super::phrase::phrases;
use super::sorted::Sorted;
use crate::model::case::Case;
use crate::model::question::Account;
use crate::model::question::Agreement;
use crate::model::question::Answer;
use crate::model::question::AuthWords;
use crate::model::question::ClientConfig;
use crate::model::question::Connect;
use crate::model::question::ForeignService;
use crate::model::question::Forwarding;
use crate::model::question::Hello;
use crate::model::question::HostKey;
use crate::model::question::IdleEnd;
use crate::model::question::KexInit;
use crate::model::question::KexReply;
use crate::model::question::KeyOutcome;
use crate::model::question::Login;
use crate::model::question::Proxy;
use crate::model::question::ServerHealth;
use crate::model::question::Session;
use crate::model::question::Sftp;
use crate::model::question::StartupOutput;
use crate::model::question::SystemLookup;

pub(super) fn read(sorted: &Sorted<'_>, client_said: bool, case: &mut Case) {
    // Warnings about the keys of a server read like those of a client.
    if sorted.lines.iter().any(|line| line.text.contains("ssh_host_")) {
        return;
    }
    phrase::read(PHRASES, sorted.unread(client_said), sorted.name, case);
}

const NO_SUCH_NAME: &[Answer] = &[Answer::SystemLookup(SystemLookup::NoSuchName)];
const REFUSED: &[Answer] = &[Answer::Connect(Connect::Refused)];
const SILENT: &[Answer] = &[Answer::Connect(Connect::Silent)];
const UNREACHABLE: &[Answer] = &[Answer::Connect(Connect::Unreachable)];
const DENIED: &[Answer] = &[Answer::Login(Login::Denied)];
const NO_KEY: &[Answer] = &[Answer::Login(Login::Denied), Answer::KeyOutcome(KeyOutcome::Refused)];
const TOO_MANY: &[Answer] = &[Answer::Login(Login::TooManyFailures)];
const CHANGED: &[Answer] = &[Answer::HostKey(HostKey::Changed)];
const UNKNOWN: &[Answer] = &[Answer::HostKey(HostKey::UnknownStrict)];
const HELLO_RESET: &[Answer] = &[Answer::Hello(Hello::Reset)];
const HELLO_CLOSED: &[Answer] = &[Answer::Hello(Hello::Closed)];
const HELLO_SILENT: &[Answer] = &[Answer::Hello(Hello::Silent)];
const NO_KEX: &[Answer] = &[Answer::Agreement(Agreement::NoKex)];
const NO_HOST_KEY: &[Answer] = &[Answer::Agreement(Agreement::NoHostKey)];
const NO_CIPHER: &[Answer] = &[Answer::Agreement(Agreement::NoCipher)];
const NO_MAC: &[Answer] = &[Answer::Agreement(Agreement::NoMac)];
const BAD_KEY: &[Answer] = &[Answer::KeyOutcome(KeyOutcome::Malformed)];

/// The special before the general.
const PHRASES: &[Phrase] = phrases! {
    // PuTTY, plink, pscp, WinSCP.
    "host does not exist" => NO_SUCH_NAME,
    // ssh goes on without its master.
    "control socket connect(" => &[],
    "corrupted mac on input" => &[Answer::Session(Session::Corrupted)],
    "disconnecting: packet corrupt" => &[Answer::Session(Session::Corrupted)],
    "fork: " "resource temporarily unavailable" => &[Answer::ServerHealth(ServerHealth::OutOfDescriptors)],
    // The shell that runs ProxyCommand.
    "exec: " ": not found" => &[Answer::Proxy(Proxy::CommandFails)],
    "command not found: nc" => &[Answer::Proxy(Proxy::CommandFails)],
    ": nc: command not found" => &[Answer::Proxy(Proxy::CommandFails)],
    ": ncat: command not found" => &[Answer::Proxy(Proxy::CommandFails)],
    // PAM's words, which come by ssh.
    "your password has expired" => &[Answer::Account(Account::PasswordExpired)],
    "password change required but no tty" => &[Answer::Account(Account::PasswordExpired)],
    "your account has expired" => &[Answer::Account(Account::Expired)],
    "network error: connection refused" => REFUSED,
    "network error: connection timed out" => SILENT,
    "network error: network is unreachable" => UNREACHABLE,
    "network error: no route to host" => UNREACHABLE,
    "network error: permission denied" => &[Answer::Connect(Connect::LocalDenied)],
    "couldn't agree a key exchange algorithm" => NO_KEX,
    "couldn't agree a host key algorithm" => NO_HOST_KEY,
    "couldn't agree a client-to-server cipher" => NO_CIPHER,
    "couldn't agree a server-to-client cipher" => NO_CIPHER,
    "couldn't agree a client-to-server mac" => NO_MAC,
    "couldn't agree a server-to-client mac" => NO_MAC,
    "no supported authentication methods available" "publickey)" => NO_KEY,
    "no supported authentication methods available" => DENIED,
    "server refused our key" => NO_KEY,
    "the host key does not match the one" => CHANGED,
    "warning - potential security breach" => CHANGED,
    "host key not in manually configured list" => CHANGED,
    "unable to use key file" => BAD_KEY,
    "couldn't load private key" => BAD_KEY,
    "couldn't load this key" => BAD_KEY,
    "server's host key is not cached" => UNKNOWN,
    "too many authentication failures" => TOO_MANY,
    "remote side unexpectedly closed network connection" => HELLO_CLOSED,
    "server unexpectedly closed network connection" => HELLO_CLOSED,
    "network error: connection reset by peer" => HELLO_RESET,
    "network error: software caused connection abort" => &[Answer::IdleEnd(IdleEnd::Reset)],
    "incoming packet was garbled on decryption" => &[Answer::KexReply(KexReply::Garbage)],
    "incorrect mac received" => &[Answer::Login(Login::Corrupted)],
    "cannot initialize sftp protocol" => &[Answer::Sftp(Sftp::Fails)],
    "received too large" "sftp packet" => &[Answer::StartupOutput(StartupOutput::Noisy)],
    "received too large sftp packet" => &[Answer::StartupOutput(StartupOutput::Noisy)],
    // Dropbear.
    "exited: connect failed: connection refused" => REFUSED,
    "exited: connect failed: connection timed out" => SILENT,
    "exited: connect failed: no route to host" => UNREACHABLE,
    "exited: no matching algo kex" => NO_KEX,
    "exited: no matching algo hostkey" => NO_HOST_KEY,
    "exited: no matching algo enc" => NO_CIPHER,
    "exited: no matching algo mac" => NO_MAC,
    "no auth methods could be used" => DENIED,
    "host key mismatch for" => CHANGED,
    // paramiko, AsyncSSH, Fabric.
    "error reading ssh protocol banner" "timed out" => HELLO_SILENT,
    "error reading ssh protocol banner" "reset by peer" => HELLO_RESET,
    "error reading ssh protocol banner" => HELLO_CLOSED,
    "no acceptable kex algorithm" => NO_KEX,
    "no acceptable host key" => NO_HOST_KEY,
    "no acceptable ciphers" => NO_CIPHER,
    "no acceptable macs" => NO_MAC,
    "not found in known_hosts" => UNKNOWN,
    "badhostkeyexception" => CHANGED,
    "host key for server" "does not match" => CHANGED,
    "host key is not trusted" => UNKNOWN,
    "bad authentication type" => DENIED,
    "no authentication methods available" => &[Answer::KeyOutcome(KeyOutcome::NoneToOffer), Answer::Login(Login::Denied)],
    "authenticationexception: authentication failed" => DENIED,
    "private key file is encrypted" => &[Answer::KeyOutcome(KeyOutcome::Unsigned)],
    "not a valid rsa private key file" => BAD_KEY,
    "not a valid openssh private key file" => BAD_KEY,
    "unable to connect to port" => REFUSED,
    "no mutual signature algorithm" => &[Answer::KeyOutcome(KeyOutcome::AlgorithmRefused)],
    "bash: error while loading shared libraries" => &[Answer::Session(Session::ExitsAtOnce)],
    "/sh: error while loading shared libraries" => &[Answer::Session(Session::ExitsAtOnce)],
    "no banner received" => &[Answer::Hello(Hello::Malformed)],
    // JSch and other Java.
    "unknownhostexception" => NO_SUCH_NAME,
    "algorithm negotiation fail" => NO_KEX,
    "reject hostkey" => UNKNOWN,
    "unknownhostkey" => UNKNOWN,
    "hostkey has been changed" => CHANGED,
    "com.jcraft.jsch.jschexception: auth fail" => DENIED,
    "jschexception: auth fail" => DENIED,
    "jschexception: auth cancel" => DENIED,
    "invalid privatekey" => BAD_KEY,
    "timeout: socket is not established" => SILENT,
    "session.connect: java.net.socketexception: connection reset" => HELLO_RESET,
    "connection is closed by foreign host" => HELLO_CLOSED,
    "session.connect: java.net.sockettimeoutexception: read timed out" => HELLO_SILENT,
    "connectexception: connection refused" => REFUSED,
    "connectexception: connection timed out" => SILENT,
    "noroutetohostexception" => UNREACHABLE,
    "userauthexception: exhausted available authentication methods" => DENIED,
    "unable to reach a settlement" => NO_KEX,
    // Go.
    "ssh: no common algorithm for key exchange" => NO_KEX,
    "ssh: no common algorithm for host key" => NO_HOST_KEY,
    "ssh: no common algorithm for client to server cipher" => NO_CIPHER,
    "ssh: no common algorithm for server to client cipher" => NO_CIPHER,
    "ssh: no common algorithm for client to server mac" => NO_MAC,
    "knownhosts: key mismatch" => CHANGED,
    "knownhosts: key is unknown" => UNKNOWN,
    "ssh: unable to authenticate" "publickey" => NO_KEY,
    "ssh: unable to authenticate" => DENIED,
    "ssh: handshake failed" "connection reset by peer" => HELLO_RESET,
    "ssh: handshake failed: eof" => HELLO_CLOSED,
    "ssh: handshake failed" "i/o timeout" => HELLO_SILENT,
    "dial tcp" "connection refused" => REFUSED,
    "dial tcp" "no such host" => NO_SUCH_NAME,
    "dial tcp" "i/o timeout" => SILENT,
    "dial tcp" "no route to host" => UNREACHABLE,
    "dial tcp" "network is unreachable" => UNREACHABLE,
    "ssh: no key found" => BAD_KEY,
    // libssh2, libssh, curl, PHP.
    "unable to exchange encryption keys" => NO_KEX,
    "failed getting banner" => HELLO_CLOSED,
    "kex error : no match for method kex algos" => NO_KEX,
    "kex error : no match for method server host key algo" => NO_HOST_KEY,
    "kex error : no match for method encryption" => NO_CIPHER,
    "kex error : no match for method mac" => NO_MAC,
    "unable to extract public key from private key" => BAD_KEY,
    "callback returned error" "username/publickey" => NO_KEY,
    "username/publickey combination invalid" => NO_KEY,
    "authentication failed (username/password)" => DENIED,
    "socket error: disconnected" => HELLO_CLOSED,
    // Rust's russh, Node's ssh2, Ruby's Net::SSH, SSH.NET.
    "no common kex algorithm" => NO_KEX,
    "no common key algorithm" => NO_HOST_KEY,
    "no common cipher" => NO_CIPHER,
    "handshake failed: no matching key exchange algorithm" => NO_KEX,
    "handshake failed: no matching host key format" => NO_HOST_KEY,
    "handshake failed: no matching" "cipher" => NO_CIPHER,
    "all configured authentication methods failed" => DENIED,
    "timed out while waiting for handshake" => HELLO_SILENT,
    "connection lost before handshake" => HELLO_CLOSED,
    "could not settle on kex algorithm" => NO_KEX,
    "could not settle on host_key algorithm" => NO_HOST_KEY,
    "could not settle on encryption_client algorithm" => NO_CIPHER,
    "net::ssh::hostkeymismatch" => CHANGED,
    "net::ssh::authenticationfailed" => DENIED,
    "connection closed by remote host (net::ssh::disconnect)" => HELLO_CLOSED,
    "key exchange negotiation failed" => NO_KEX,
    "server response does not contain ssh protocol identification" => HELLO_CLOSED,
    "no suitable authentication method found" => DENIED,
    "permission denied (publickey" => NO_KEY,
    "permission denied (password)" => DENIED,
    "an established connection was aborted" => &[Answer::IdleEnd(IdleEnd::Reset)],
    "forcibly closed by the remote host" => HELLO_RESET,
    // Errors of the system in anybody's words.
    "econnrefused" => REFUSED,
    "etimedout" => SILENT,
    "ehostunreach" => UNREACHABLE,
    "enotfound" => NO_SUCH_NAME,
    "actively refused it" => REFUSED,
    "did not properly respond after a period of time" => SILENT,
    "getaddrinfo failed" => NO_SUCH_NAME,
    "name or service not known" => NO_SUCH_NAME,
    "nodename nor servname provided" => NO_SUCH_NAME,
    "temporary failure in name resolution" => &[Answer::SystemLookup(SystemLookup::TryAgain)],
    "unprotected private key file" => &[Answer::KeyOutcome(KeyOutcome::Ignored)],
    "error in libcrypto" => BAD_KEY,
    "remote host identification has changed" => CHANGED,
    "host key verification failed" => UNKNOWN,
    "this account is currently not available" => &[Answer::Session(Session::NoShell)],
    "received message too long" => &[Answer::StartupOutput(StartupOutput::Noisy)],
    "is your shell clean" => &[Answer::StartupOutput(StartupOutput::Noisy)],
    "your shell is clean" => &[Answer::StartupOutput(StartupOutput::Noisy)],
    "unexpected end-of-file from sftp server" => &[Answer::Sftp(Sftp::Fails)],
    "nc: getaddrinfo" => &[Answer::Proxy(Proxy::CommandFails)],
    "account has expired" => &[Answer::AuthWords(AuthWords::AccountExpired)],
    "password has expired" => &[Answer::AuthWords(AuthWords::PasswordExpired)],
    "required to change your password" => &[Answer::AuthWords(AuthWords::PasswordExpired)],
    "too many logins" => &[Answer::AuthWords(AuthWords::TooManyLogins)],
    "system is booting up" => &[Answer::AuthWords(AuthWords::NoLogin)],
    "system is going down" => &[Answer::AuthWords(AuthWords::NoLogin)],
    "session open refused by peer" => &[Answer::Session(Session::OpenRefused)],
    "could not request local forwarding" => &[Answer::Forwarding(Forwarding::PortRefused)],
    "cannot listen to port" => &[Answer::Forwarding(Forwarding::PortRefused)],
    "'s password:" => &[Answer::Login(Login::NeedsSecret)],
    "bad configuration option" => &[Answer::ClientConfig(ClientConfig::BadOption)],
    "received http/0.9" => &[Answer::Hello(Hello::OtherService), Answer::ForeignService(ForeignService::OtherBytes)],
    "http/1.1 400 bad request" => &[Answer::Hello(Hello::OtherService), Answer::ForeignService(ForeignService::Http)],
    "kex_exchange_identification" "reset by peer" => HELLO_RESET,
    "kex_exchange_identification" "closed by remote host" => HELLO_CLOSED,
    "ssh_exchange_identification" "reset by peer" => HELLO_RESET,
    "ssh_exchange_identification" "closed by remote host" => HELLO_CLOSED,
    "banner exchange" "timed out" => HELLO_SILENT,
    "unable to negotiate" "no matching key exchange method" => NO_KEX,
    "unable to negotiate" "no matching host key type" => NO_HOST_KEY,
    "unable to negotiate" "no matching cipher" => NO_CIPHER,
    "unable to negotiate" "no matching mac" => NO_MAC,
    "connection reset by peer" => HELLO_RESET,
    "connection refused" => REFUSED,
    "connection timed out" => SILENT,
    "operation timed out" => SILENT,
    "no route to host" => UNREACHABLE,
    "network is unreachable" => UNREACHABLE,
    "could not agree on a kex" => &[Answer::KexInit(KexInit::Closed)],
};
