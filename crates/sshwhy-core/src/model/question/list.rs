//! The questions. Adding one here gives it a type, names and a place in every cause's table.

use serde::Deserialize;
use serde::Serialize;

use super::Prediction;
use super::Side;
use super::frequency;
use super::questions;
use crate::model::stage::Stage;

questions! {
    // ── config ──────────────────────────────────────────────────────────────────────────────
    /// What the user's own ssh says of its configuration (`ssh -G`).
    ClientConfig at Config from Client, "is the client's configuration valid", ask "ssh -G {destination}",
        healthy Valid always {
        Valid "ssh accepts its configuration",
        BadOption "ssh does not know an option in its configuration",
        BadValue "ssh refuses a value in its configuration",
        BadPermissions "ssh refuses a configuration file for its owner or mode",
        Forbidden "the configuration forbids this connection (RefuseConnection)",
        Unusable "ssh cannot use its configuration",
    }

    /// Whether there is an ssh program that runs.
    SshProgram at Config from Client, "does the ssh program run", ask "ssh -V",
        healthy Works always, Missing sometimes {
        Works "the ssh program runs",
        Missing "there is no ssh program here; OpenSSH's defaults are assumed",
        LibraryMismatch "the ssh program does not run with the installed libraries",
    }

    /// The state of the private key files that ssh would read.
    KeyFiles at Config from Client, "are the private key files usable", ask "ls -l ~/.ssh",
        healthy Sound usually, Absent sometimes, TooOpen rarely, Malformed rarely {
        Sound "a private key file is readable and well-formed",
        Absent "there is no private key file",
        TooOpen "a private key file is readable by others, so ssh ignores it",
        Malformed "a private key file is damaged",
    }

    /// What became of ProxyCommand or of the way through the jump host.
    Proxy at Config from Client, "does the proxy or jump host pass us on",
        ask "ssh -v {destination}", healthy Passes always {
        Passes "the proxy passes bytes on",
        CommandFails "the proxy command does not start, or ends at once",
        LoginFails "the jump host does not let us in",
        ForwardDenied "the jump host forbids the forwarding",
        TargetFails "the jump host cannot reach the target",
    }

    // ── resolve ─────────────────────────────────────────────────────────────────────────────
    /// What the system's own resolver makes of the name.
    SystemLookup at Resolve from Client, "does the name resolve on this system",
        ask "getent ahosts {host}", healthy Found always {
        Found "the name has an address",
        NoSuchName "there is no such name",
        NoAddress "the name exists but has no address of the wanted family",
        TryAgain "the resolver gives no answer",
    }

    /// How long the system's own resolver took.
    LookupTime at Resolve from Client, "how long does the look-up take",
        ask "time getent ahosts {host}", healthy Quick always {
        Quick "the look-up is quick",
        Slow "the look-up takes seconds",
    }

    /// What the name server that is asked first says, asked directly.
    NameServer at Resolve from Client, "what does the name server itself say",
        ask "dig {host}", healthy Answers always {
        Answers "the name server has an address for the name",
        NoSuchName "the name server knows no such name",
        NoAddress "the name server knows the name but no address",
        Failing "the name server answers SERVFAIL",
        Refusing "the name server refuses to answer us",
        Silent "the name server does not answer",
        Unreachable "the name server cannot be reached",
    }

    /// Whether all sources of addresses agree.
    LookupAgreement at Resolve from Client, "do the sources of the address agree",
        ask "getent ahosts {host}; dig {host}", healthy Agree always, HostsFile sometimes,
        HostsFileDiffers rarely, ServersDiffer rarely {
        Agree "all sources name the same address",
        HostsFile "the address comes from the hosts file",
        HostsFileDiffers "the hosts file names another address than the name server",
        ServersDiffer "the name servers name different addresses",
    }

    /// What kind of address it is.
    AddressKind at Resolve from Client, "what kind of address is it", ask "getent ahosts {host}",
        healthy Public usually, Private usually, Loopback sometimes, LinkLocal rarely,
        FakeIp never, Reserved never {
        Public "the address is public",
        Private "the address is private",
        Loopback "the address is this machine",
        LinkLocal "the address is link-local",
        FakeIp "the address is of the range that local proxies invent (198.18.0.0/15)",
        Reserved "the address is of a range that no host can have",
    }

    // ── route ───────────────────────────────────────────────────────────────────────────────
    /// What the kernel's routing table says.
    Route at Route from Client, "has this host a route to the address",
        ask "ip route get {address}", healthy Exists always {
        Exists "this host has a route",
        Missing "this host has no route to that network",
        Prohibited "a local route prohibits that network",
        Unreachable "a local route declares that network unreachable",
        BlackHole "a local route swallows packets to that network",
    }

    /// Whether our own packets leave this host.
    LocalSend at Route from Client, "do our packets leave this host",
        ask "nstat -az TcpRetransFail", healthy Leaves always, Fails never {
        Leaves "our packets leave this host",
        Fails "our packets are stopped on this host before they leave",
    }

    /// What this host's own packet filter did with our packets, by its counters.
    LocalFilter at Route from Client, "does this host's packet filter stop us",
        ask "sudo iptables-save -c; sudo nft list ruleset",
        healthy Passes always, Stops never {
        Passes "no rule of this host's packet filter stopped our packets",
        Stops "a rule of this host's packet filter stopped our packets",
    }

    // ── connect ─────────────────────────────────────────────────────────────────────────────
    /// How the TCP connection attempt ends.
    Connect at Connect from Client, "how does the connection attempt end",
        ask "nc -vz {host} {port}", healthy Established always {
        Established "the TCP handshake completes",
        Reset "a TCP reset refuses the connection",
        PortUnreachable "ICMP says port unreachable",
        HostUnreachable "ICMP says host unreachable",
        NetUnreachable "ICMP says network unreachable",
        AdminProhibited "ICMP says administratively prohibited",
        OtherIcmp "another ICMP error ends the attempt",
        NeighbourFailed "nobody on the local network answers for the address",
        Silent "nothing answers the connection attempt",
        LocalDenied "this system denies the connection attempt",
        LocalError "this system cannot make the connection attempt",
        Refused "the connection is refused",
        Unreachable "the address cannot be reached",
    }

    /// Who sent the ICMP error.
    IcmpSender at Connect from Client, "who sent the ICMP error",
        ask "sudo tcpdump -ni any icmp or icmp6" {
        Target "the target itself sent the ICMP error",
        Router "a router on the way sent the ICMP error",
        OwnHost "this host itself made the error",
    }

    /// How fast the refusal came, compared with the round trip to the host.
    RefusalSpeed at Connect from Client, "did the refusal travel the whole way",
        ask "compare the time of the refusal with ping {host}" {
        RoundTrip "the refusal took a round trip to the host",
        TooFast "the refusal came faster than any packet can travel to the host",
    }

    /// Where a SYN is lost or reset, by SYNs that may go only so many hops.
    SynEnds at Connect from Client, "does the SYN end before the host",
        ask "sudo tcptraceroute -n {host} {port}", healthy AtHost always {
        AtHost "the SYN ends at the host, or at the last hop before it",
        OnTheWay "the SYN ends before it comes to the host",
    }

    /// What another port of the same address, one that is rarely used, answers.
    OtherPort at Connect from Client, "what does another port of the host answer",
        ask "nc -vz {host} 9",
        healthy Refused sometimes, Silent sometimes, Rejected rarely, Open rarely {
        Refused "another port of the host answers with a reset",
        Silent "another port of the host does not answer either",
        Rejected "another port of the host is answered by an ICMP error",
        Open "another port of the host, which should be closed, is open too",
    }

    /// Whether the host answers an ICMP echo request.
    Echo at Connect from Client, "does the host answer a ping", ask "ping -c 3 {host}",
        healthy Replies usually, Silent sometimes {
        Replies "the host answers a ping",
        Silent "the host does not answer a ping",
        Unreachable "a ping is answered by an ICMP error",
    }

    /// Whether the address that ssh tries first works, when there are several.
    FirstAddress at Connect from Client, "does the address that ssh tries first work",
        ask "ssh -v {destination}", healthy Works always, FailsAtOnce rarely, SiblingFails rarely {
        Works "the address that ssh tries first works",
        FailsAtOnce "the address that ssh tries first fails at once; the other family works",
        FailsSlowly "the address that ssh tries first does not answer; the other family works",
        SiblingFails "the address that ssh tries first fails; another of its family works",
    }

    /// Whether the address family that failed is the only one that fails.
    OtherFamily at Connect from Client, "does the other address family work",
        ask "ssh -4 {destination}; ssh -6 {destination}", healthy Works always {
        Works "the other address family works",
        Fails "the other address family fails too",
    }

    /// Whether further tries end like the first.
    Repeat at Connect from Client, "do further tries end the same way",
        ask "for i in 1 2 3; do ssh {destination} true; done", healthy Same always {
        Same "every try ends the same way",
        Mixed "some tries get further than others",
        DroppedLater "the first try gets further; a later one is dropped before SSH starts",
        FailsAfterSome "the first try gets further; a later one does not even connect",
    }

    /// Whether small segments on a connection that goes on must be sent again.
    Loss at Connect from Client, "are packets lost on the way",
        ask "ss -tin dst {address}", healthy Few always, Many never {
        Few "small packets arrive",
        Many "of small packets, many are lost and sent again",
    }

    /// Whether a connection without ssh's DSCP marking gets further.
    Dscp at Connect from Client, "does it help to leave out ssh's DSCP marking",
        ask "ssh -o IPQoS=none {destination}", healthy Same always, Helps never {
        Same "without ssh's DSCP marking it is the same",
        Helps "without ssh's DSCP marking it works",
    }

    /// Whether a connection from another range of source ports gets further.
    SourcePort at Connect from Client, "does another source port help",
        ask "nc -p 2222 -v {host} {port}", healthy Same always, Helps never {
        Same "from another source port it is the same",
        Helps "from another source port it works",
    }

    // ── banner ──────────────────────────────────────────────────────────────────────────────
    /// What comes when we speak first, as every ssh client does.
    Hello at Banner from Client, "what answers our identification string",
        ask "ssh -v {destination}", healthy Identification always {
        Identification "the server sends its identification string",
        Reset "the connection is reset before the server's identification string",
        Closed "the connection is closed before the server's identification string",
        Silent "the connection opens, then nothing comes",
        OtherService "something that is not SSH answers",
        Malformed "the server's identification string is malformed",
        OldProtocol "the server speaks only SSH 1",
    }

    /// How long after the connection opened it ended without an identification string.
    HelloDelay at Banner from Client, "how long after it opened does the connection end",
        ask "time ssh {destination}" {
        AtOnce "the connection ends at once",
        Soon "the connection ends within two seconds",
        FiveSeconds "the connection ends five seconds after it opened",
        Other "the connection ends after some other time",
    }

    /// Text that sshd sends before it drops a connection (ssh shows it only with `-v`).
    Notice at Banner from Client, "does the server say why it drops the connection",
        ask "ssh -v {destination}" {
        Nothing "the server says nothing before it drops the connection",
        NotAllowedNow "the server says: Not allowed at this time",
        MaxStartups "the server says: Exceeded MaxStartups",
        OtherText "the server sends other text before it drops the connection",
    }

    /// Whether the kernel on the other side acknowledged our identification string.
    HelloAcked at Banner from Client, "is our identification string acknowledged",
        ask "ss -tino dst {address}", healthy Acked always {
        Acked "the other side acknowledged our first bytes",
        NotAcked "the other side never acknowledged our first bytes",
    }

    /// What comes when we say nothing.
    SilentHello at Banner from Client, "what comes when we say nothing",
        ask "nc {host} {port} </dev/null", healthy Identification always {
        Identification "when we say nothing, the identification string comes",
        Reset "when we say nothing, the connection is reset all the same",
        Closed "when we say nothing, the connection is closed all the same",
        Silent "when we say nothing, nothing comes either",
        OtherService "when we say nothing, something that is not SSH speaks",
    }

    /// What comes when our first line is not SSH.
    OddHello at Banner from Client, "what answers a first line that is not SSH",
        ask "printf 'hello\\r\\n' | nc {host} {port}",
        healthy Complains usually, Closed sometimes {
        Complains "a first line that is not SSH is answered as sshd answers it",
        Reset "a first line that is not SSH is reset as well",
        Closed "a first line that is not SSH is closed without a word",
        Silent "a first line that is not SSH is not answered",
        OtherService "a first line that is not SSH gets an answer that is not SSH",
    }

    /// Whether the kernel on the other side acknowledged a first line that is not SSH.
    OddAcked at Banner from Client, "is a first line that is not SSH acknowledged",
        ask "printf 'hello\\r\\n' | nc {host} {port}; ss -tino dst {address}",
        healthy Acked always {
        Acked "a first line that is not SSH is acknowledged",
        OnlyThat "a first line that is not SSH is acknowledged, our identification string is not",
        NotAcked "a first line that is not SSH is never acknowledged either",
    }

    /// Whether a process can have been started and have died before the connection ended.
    FastestEnd at Banner from Client, "is there time to start a process before the end",
        ask "time nc {host} {port} </dev/null, several times" {
        TooFast "the connection ends faster than a process can be started",
        Possible "a process may have been started before the connection ended",
    }

    /// Whose server it is, by its identification string.
    Software at Banner from Client, "which software answers",
        ask "nc {host} {port}", healthy OpenSsh usually, Other sometimes {
        OpenSsh "the server is an OpenSSH that is no older than ten years",
        Other "the server is another one, or old",
    }

    /// What the bytes look like that are not SSH.
    ForeignService at Banner from Client, "what do the foreign bytes look like",
        ask "nc {host} {port}" {
        Http "it looks like a web server",
        Mail "it looks like a mail or file-transfer server",
        Tls "it looks like TLS",
        OtherBytes "it looks like no service that we know",
    }

    // ── kex-init ────────────────────────────────────────────────────────────────────────────
    /// What comes after both identification strings.
    KexInit at KexInit from Client, "does the server send its KEXINIT",
        ask "ssh -vv {destination}", healthy Received always {
        Received "the server sends its KEXINIT",
        Reset "the connection is reset before the server's KEXINIT",
        Closed "the connection is closed before the server's KEXINIT",
        Silent "the server's KEXINIT does not come",
        Disconnected "the server says goodbye instead of its KEXINIT",
        Garbage "bytes that are no SSH packet come instead of KEXINIT",
    }

    /// Whether bytes without a meaning pass that are as long as our KEXINIT, which does not.
    OtherBytes at KexInit from Client, "do other bytes of the length of our KEXINIT pass",
        ask "sshwhy {destination}", healthy Pass always {
        Pass "our KEXINIT is stopped, and other bytes of its length are not",
        Stopped "bytes of the length of our KEXINIT are stopped, whatever they say",
    }

    /// Whether the two lists of algorithms have one in common, for every kind.
    Agreement at KexInit from Client, "is there an algorithm of each kind in common",
        ask "ssh -vv {destination}", healthy Agrees always {
        Agrees "both sides have an algorithm of each kind in common",
        NoKex "no key exchange method in common",
        NoHostKey "no host key algorithm in common",
        OnlySha1HostKey "the server offers only SHA-1 signatures with its host key",
        NoCipher "no cipher in common",
        NoMac "no MAC in common",
        NoCompression "no compression method in common",
    }

    /// Whether a short KEXINIT gets further.
    SmallProposal at KexInit from Client, "does a short list of algorithms help",
        ask "ssh -o KexAlgorithms=curve25519-sha256 -o Ciphers=aes128-ctr {destination}",
        healthy Same always, Helps never {
        Same "with a short list of algorithms it is the same",
        Helps "with a short list of algorithms it works",
    }

    // ── key-exchange ────────────────────────────────────────────────────────────────────────
    /// What comes after our half of the key exchange.
    KexReply at KeyExchange from Client, "does the server complete the key exchange",
        ask "ssh -vv {destination}", healthy Received always {
        Received "the server sends its key exchange reply",
        Reset "the connection is reset in the key exchange",
        Closed "the connection is closed in the key exchange",
        Silent "the server's key exchange reply does not come",
        Disconnected "the server says goodbye in the key exchange",
        Garbage "bytes that are no SSH packet come in the key exchange",
        BadSignature "the server's signature over the key exchange is wrong",
    }

    /// Which of our bytes the other side has not acknowledged when it hangs.
    Unacked at KeyExchange from Client, "which of our bytes are not acknowledged",
        ask "ss -tino dst {address}", healthy Nothing always {
        Nothing "all that we sent is acknowledged",
        LargeSegment "only our large segment is not acknowledged",
        Everything "nothing that we sent since is acknowledged",
    }

    /// Whether the peer's later bytes arrived without the earlier ones.
    Gap at Banner from Client, "is there a hole in what the server sent",
        ask "ss -tino dst {address}", healthy Closed always {
        Closed "nothing is missing in what the server sent",
        Open "later bytes of the server arrived, earlier and larger ones did not",
    }

    /// Whether small segments get further, the rest being the same.
    SmallSegments at KeyExchange from Client, "do small segments help",
        ask "sudo ip route change … advmss 1000", healthy Same always, Helps never {
        Same "with small segments it is the same",
        Helps "with small segments it works",
    }

    /// Whether packets of full size reach the server, as `ping -M do` shows.
    LargePackets at KeyExchange from Client, "do large packets reach the server",
        ask "ping -c 3 -M do -s 1472 {host}", healthy Pass usually, TooLong sometimes {
        Pass "packets of full size reach the server",
        Lost "packets of full size are lost, small ones are not",
        TooLong "packets of full size are too long for the way",
    }

    // ── host-key ────────────────────────────────────────────────────────────────────────────
    /// The server's host key against the keys on record.
    HostKey at HostKey from Client, "is the host key the one on record",
        ask "ssh-keygen -F {host}", healthy Known always, Unknown sometimes {
        Known "the host key is the one on record",
        Unknown "no host key is on record, and ssh would ask",
        UnknownStrict "no host key is on record, and the policy is strict",
        Changed "the host key is not the one on record",
        Revoked "the host key is marked as revoked",
        BadCertificate "the host certificate is not acceptable",
        Unusable "the host key is too short for this client, or of no use to it",
    }

    /// Whether the key that is not the one on record is on record for another host.
    KeyElsewhere at HostKey from Client, "is the host key on record for another host",
        ask "grep -F \"$(ssh-keyscan -p {port} {host} | cut -d ' ' -f 3)\" ~/.ssh/known_hosts" {
        No "the host key is on record for no other host",
        Yes "the host key is on record for another host",
    }

    // ── auth ────────────────────────────────────────────────────────────────────────────────
    /// How the user's own ssh fares at authentication, without a password.
    Login at Auth from Client, "does the server let us in",
        ask "ssh -v -o BatchMode=yes {destination} true",
        healthy Accepted usually, NeedsSecret sometimes {
        Accepted "the server lets us in",
        NeedsSecret "the server would ask for a password, which is never tried here",
        Denied "the server accepts none of our keys and offers nothing else",
        PartialOnly "our key is accepted, and the server wants one thing more",
        NoMethod "no authentication method in common",
        TooManyFailures "the server counts too many failures",
        ClosedEarly "the server closes before it names its authentication methods",
        ClosedBetween "the server closes while our keys or methods are tried",
        ClosedAfterKey "the server accepts our key, then closes the connection",
        ResetAfterKey "the server accepts our key, then resets the connection",
        Disconnected "the server says goodbye during authentication",
        Silent "authentication does not come to an end",
        Corrupted "a packet arrives damaged during authentication",
    }

    /// What became of the keys that we offered.
    KeyOutcome at Auth from Client, "what became of our keys",
        ask "ssh -v -o BatchMode=yes {destination} true",
        healthy Accepted usually, NoneToOffer sometimes, Refused rarely {
        Accepted "the server accepts a key of ours",
        Refused "the server accepts none of the keys offered",
        NoneToOffer "there was no key to offer",
        Ignored "ssh ignored our key file for its mode",
        Malformed "ssh could not read our key file",
        Unsigned "our agent or token would not sign",
        AlgorithmRefused "server and client have no signature algorithm in common for our key",
        CertificateRefused "the server refuses our certificate",
        SourceRefused "our key may not be used from this address",
    }

    /// Words that the server says to the user during authentication.
    AuthWords at Auth from Client, "does the server say why it does not let us in",
        ask "ssh -v {destination}", healthy Nothing always, OtherWords rarely {
        Nothing "the server gives no reason",
        NoLogin "the server says that logins are closed at present",
        AccountExpired "the server says that the account has expired",
        PasswordExpired "the server says that the password has expired",
        TooManyLogins "the server says that there are too many logins",
        OtherWords "the server says something else",
    }

    /// Which step of the login took its time.
    SlowStep at Auth from Client, "which step takes its time",
        ask "ssh -vvv {destination} 2>&1 | ts -s", healthy Nothing always {
        Nothing "no step of the login is slow",
        Banner "the identification string comes late",
        KeyExchange "the key exchange takes seconds",
        BeforeMethods "the server takes seconds before it names its authentication methods",
        Gssapi "the Kerberos step takes seconds",
        Key "the server takes seconds to look at our key",
        Opening "the session takes seconds to open after the login",
    }

    // ── session ─────────────────────────────────────────────────────────────────────────────
    /// What becomes of the session after authentication.
    Session at Session from Client, "does the session start",
        ask "ssh -v {destination} true; echo $?", healthy Starts always {
        Starts "the session starts and ends as it should",
        OpenRefused "the server refuses to open a session",
        RequestRefused "the server cannot start the shell or command",
        ExitsAtOnce "the shell ends at once",
        NoShell "the account has no usable shell",
        CommandMissing "the forced command or shell is not found",
        Closed "the connection is closed right after the login",
        Reset "the connection is reset right after the login",
        Silent "the session hangs right after the login",
        NotOpened "the session ends with status 254, as when sshd was not allowed to open it",
        Corrupted "a packet arrives damaged in the session",
    }

    /// Whether a terminal is given when one is asked for.
    Terminal at Session from Client, "does the server give a terminal",
        ask "ssh -tt {destination} true", healthy Given always {
        Given "the server gives a terminal",
        Refused "the server gives no terminal",
    }

    /// Whether start-up files print where nobody reads.
    StartupOutput at Session from Client, "do start-up files print into the session",
        ask "ssh {destination} true | wc -c", healthy Clean always {
        Clean "nothing is printed before the command runs",
        Noisy "start-up files print into a session without a terminal",
    }

    /// Whether the sftp subsystem starts; asked with `--sftp`.
    Sftp at Session from Client, "does the sftp subsystem start",
        ask "sftp {destination}", healthy Starts always {
        Starts "the sftp subsystem starts",
        Refused "the server refuses the sftp subsystem",
        Fails "the sftp subsystem ends at once",
    }

    /// Whether the forwardings that the configuration asks for are granted.
    Forwarding at Session from Client, "does the server grant the forwardings",
        ask "ssh -v {destination}", healthy Granted always {
        Granted "the server grants the forwardings",
        Refused "the server refuses a forwarding",
        PortRefused "the server does not listen on a port for us",
    }

    /// Whether a session without ssh's DSCP marking gets further.
    SessionDscp at Session from Client, "does it help the session to leave out DSCP marking",
        ask "ssh -o IPQoS=none {destination}", healthy Same always, Helps never {
        Same "without DSCP marking the session is the same",
        Helps "without DSCP marking the session works",
    }

    // ── idle ────────────────────────────────────────────────────────────────────────────────
    /// What becomes of a session that lies still; asked with `--idle`.
    IdleEnd at Idle from Client, "what becomes of an idle session",
        ask "leave ssh {destination} alone, then press a key", healthy Survives always {
        Survives "an idle session survives",
        Silence "after lying idle nothing comes back any more",
        Closed "the idle session is closed",
        ClosedByChannel "the server closes the idle channel and ends in good order",
        Reset "the idle session is reset",
        Unanswered "keepalives stay unanswered",
        LoggedOut "the idle shell ends by itself, with an exit status",
    }

    /// Whether keepalives save the idle session; asked with `--idle`.
    IdleKeepalive at Idle from Client, "do keepalives save an idle session",
        ask "ssh -o ServerAliveInterval=15 {destination}" {
        Saves "with keepalives the session survives",
        DoesNotSave "with keepalives the session dies as well",
    }

    /// Whether this host still has the address that the session was opened from.
    OwnAddress at Idle from Client, "has this host still the address that the session uses",
        ask "ss -tn dst {address}; ip address", healthy Kept always, Gone never {
        Kept "this host still has the address that the session uses",
        Gone "this host has lost the address that the session uses",
    }

    // ── what a client cannot see ────────────────────────────────────────────────────────────
    /// Whether our first packet reaches the server's interface.
    SynArrives at Connect from Elsewhere, "do our packets arrive at the server",
        ask "on the server: sudo tcpdump -ni any 'tcp port {port} and host {source}'",
        healthy Arrives always {
        Arrives "our packets arrive at the server",
        DoesNotArrive "our packets do not arrive at the server",
    }

    /// What listens on the server's port.
    Listener at Connect from Server, "what listens on the server's port",
        ask "on the server: sudo ss -ltnp 'sport = :{port}'", healthy Listens always {
        Listens "sshd listens there and its queue is short",
        Nothing "nothing listens on that port",
        Elsewhere "sshd listens on another port or address",
        OtherProgram "another program holds that port",
        Malformed "what holds that port sends no sound identification string",
        QueueFull "the listen queue is full",
        Stopped "sshd holds the port but does not accept connections",
    }

    /// What the server's packet filter does with our packets.
    ServerFilter at Connect from Server, "what does the server's packet filter do with us",
        ask "on the server: sudo nft list ruleset; sudo iptables-save -c",
        healthy Admits always, MayCount rarely {
        Admits "the server's packet filter admits us",
        Drops "a rule of the server's packet filter drops our packets",
        Rejects "a rule of the server's packet filter rejects us",
        Resets "a rule of the server's packet filter resets us",
        Counts "a rule of the server's packet filter that counts stops us",
        MayCount "a rule of the server's packet filter that counts may stop us",
        DropsEstablished "a rule of the server's packet filter drops packets of open connections",
        UnitDenies "systemd's IPAddressDeny= drops our packets",
    }

    /// Whether a ban daemon on the server has our address.
    Ban at Connect from Server, "is our address banned on the server",
        ask "on the server: sudo fail2ban-client banned; sudo cscli decisions list",
        healthy Free always {
        Free "our address is not banned on the server",
        Fail2ban "fail2ban has banned our address",
        OtherDaemon "another ban daemon has banned our address",
        HostsDeny "a ban daemon has written our address to hosts.deny",
    }

    /// What the cloud's own filter says.
    CloudFilter at Connect from Elsewhere, "does the cloud's firewall admit us",
        ask "in the cloud's console: the inbound rules of the instance and its subnet",
        healthy Admits always {
        Admits "the cloud's firewall admits us",
        GroupDenies "no rule of the security group admits us",
        SubnetDenies "the subnet's access list stops one direction",
        NoRoute "the subnet has no way to us",
    }

    /// What hosts.allow and hosts.deny say of us.
    Wrappers at Banner from Server, "do TCP wrappers admit us",
        ask "on the server: tcpdmatch sshd {source}", healthy Admit always {
        Admit "TCP wrappers admit us",
        Deny "TCP wrappers refuse us",
    }

    /// What sshd and the system wrote about our connection.
    ServerLog at Connect from Server, "what did the server log about our connection",
        ask "on the server: sudo journalctl -u ssh -u sshd --since -10min",
        healthy Nothing always {
        Nothing "the server logged nothing unusual",
        RefusedConnect "the log says: refused connect from our address",
        MaxStartups "the log says: drop connection … MaxStartups",
        SourceLimit "the log says: drop connection … with few others open",
        Penalty "the log says: drop connection … penalty",
        SocketLimit "the log says: Too many incoming connections",
        ConfigError "the log says that sshd_config is invalid",
        HostKeys "the log says that a host key cannot be used",
        PrivsepDir "the log names the privilege separation directory",
        Helper "the log says that a helper program of sshd is missing or of another version",
        ChildCrash "the log says that sshd's child was killed",
        Sandbox "the log says that seccomp killed sshd's child",
        Resources "the log says that files, processes or memory are used up",
        SessionResources "the log says that a session could get no process, file or memory",
        Oom "the kernel log says: Out of memory: Killed process",
        MandatoryAccess "the log holds a denial of SELinux or AppArmor",
        Conntrack "the kernel log says: nf_conntrack: table full",
        Unprivileged "the log says that sshd lacks a privilege",
        UserNotAllowed "the log says: User … not allowed because",
        InvalidUser "the log says: Invalid user",
        Prohibited "the log says: administratively prohibited connection",
        Locked "the log says that the account is locked",
        Expired "the log says that the account has expired",
        Shell "the log says that the shell does not exist or is not executable",
        Pam "the log says: Access denied … by PAM account configuration",
        KeyRefused "the log says: Failed publickey",
        BadModes "the log says: bad ownership or modes",
        OtherKeyFile "the log shows that sshd read another authorized_keys file",
        Certificate "the log says why it refuses the certificate",
        CertificateEarly "the log says that a certificate is not yet valid",
        GraceTime "the log says: Timeout before authentication",
        TooManyFailures "the log says: maximum authentication attempts exceeded",
        Chroot "the log says: bad ownership or modes for chroot directory",
        MaxSessions "the log says: no more sessions",
        Subsystem "the log says: subsystem request failed",
        Forwarding "the log says: refused local port forward",
        LoginLimit "the log says: Too many logins",
        SlowLookup "the log says that reverse mapping fails",
        Logind "the log says: Failed to create session",
        AliveTimeout "the log says: Timeout, client not responding",
        Restarted "the log says that sshd was stopped or restarted",
        BindFailed "the log says: Bind to port … failed",
        NotSsh "the log says: client sent invalid protocol identifier",
        LeftEarly "the log says that the client closed before its identification string",
        PeerReset "the log says: Connection reset by our address",
        Negotiation "the log says: Unable to negotiate",
        NoTerminal "the log says: openpty",
    }

    /// Whether the server itself sent the reset or the end that we saw.
    EndSentBy at Banner from Elsewhere, "did the server send the end that we saw",
        ask "on both ends: sudo tcpdump -ni any 'tcp port {port}'   and compare" {
        Server "the server sent it",
        SomebodyElse "the server did not send it",
        NoSocket "no socket of the server sent it: a filter or a device did",
    }

    /// The state of the server.
    ServerHealth at Banner from Server, "is the server well",
        ask "on the server: uptime; free -m; df -h; dmesg | tail", healthy Well always {
        Well "the server has time, memory, disk and descriptors to spare",
        Busy "the server is too busy",
        OutOfMemory "the server is out of memory",
        DiskFull "a disk of the server is full",
        OutOfDescriptors "the server is out of descriptors or processes",
    }

    /// Whether the file exists that closes the server to all but root.
    NoLoginFile at Auth from Server, "is the server closed by a nologin file",
        ask "on the server: ls -l /etc/nologin /run/nologin", healthy Absent always {
        Absent "there is no nologin file on the server",
        Present "a nologin file closes the server",
    }

    /// Whether both hosts agree on the time.
    Clocks at Auth from Elsewhere, "do the clocks of both hosts agree",
        ask "date -u, here and on the server", healthy Agree always, Differ never {
        Agree "the clocks of both hosts agree",
        Differ "the clocks of both hosts differ by minutes or more",
    }

    /// Whether the devices on the way still hold an entry for a session that lay still.
    Tracking at Idle from Elsewhere, "does the NAT on the way still know the idle session",
        ask "on the router: sudo conntrack -L -p tcp --dport {port}", healthy Known always {
        Known "the NAT on the way still knows the idle session",
        Forgotten "the NAT on the way has forgotten the idle session",
    }

    // ── what the server itself can look up ──────────────────────────────────────────────────
    /// Whether the kernel has a way back to us, and takes packets that come from us.
    ReplyRoute at Connect from Server, "has the server a way back to us",
        ask "on the server: ip route get {source}", healthy Exists always {
        Exists "the server has a route back to us",
        Missing "the server has no route back to us",
        LinkDown "the server's network interfaces are down",
        Prohibited "a route of the server's own forbids the way back to us",
        OtherInterface "the server answers us by another interface than the one that we come in by",
        ReversePathDrops "the server drops our packets: its way back to us is another (rp_filter)",
    }

    /// Whether the table of tracked connections has room.
    TrackingTable at Connect from Server, "has the server's connection table room",
        ask "on the server: sudo sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max",
        healthy Room always {
        Room "the server's connection table has room",
        Full "the server's connection table is full",
    }

    /// What the service manager says of the unit that should run sshd.
    Unit at Connect from Server, "does the unit that should run sshd run",
        ask "on the server: systemctl status ssh sshd ssh.socket", healthy Active always {
        Active "the unit that runs sshd is active",
        Inactive "the unit that should run sshd is stopped",
        Failed "the unit that should run sshd has failed",
        LimitHit "systemd has stopped sshd's socket or unit for starting too often",
    }

    /// Whether sshd accepts its own configuration.
    ServerConfig at Banner from Server, "is sshd's configuration valid",
        ask "on the server: sudo sshd -t", healthy Valid always {
        Valid "sshd accepts its configuration",
        Invalid "sshd refuses its configuration",
    }

    /// Whether sshd can use its host keys.
    HostKeyFiles at Banner from Server, "can sshd use its host keys",
        ask "on the server: sudo ls -l /etc/ssh/", healthy Usable always {
        Usable "sshd can use a host key",
        Missing "no host key of sshd's exists",
        BadModes "sshd refuses its host keys for their mode or owner",
    }

    /// The state of the privilege separation directory.
    PrivsepDir at Banner from Server, "is the privilege separation directory sound",
        ask "on the server: ls -ld /run/sshd", healthy Sound always {
        Sound "the privilege separation directory is there and belongs to root",
        Missing "the privilege separation directory is missing",
        Unsafe "the privilege separation directory is writable by others or owned by another",
    }

    /// The programs that newer releases start for each connection.
    Helpers at Banner from Server, "are sshd's helper programs there and of its version",
        ask "on the server: ls -l /usr/lib/openssh/", healthy Present always {
        Present "sshd's helper programs are there and of its version",
        Missing "a helper program of sshd is missing",
        OtherVersion "the running sshd and its helper programs are of different versions",
        NotSshd "the program that sshd starts for each connection is not sshd",
    }

    /// What MaxStartups makes of a new connection at this moment.
    Startups at Banner from Server, "does MaxStartups leave room for us",
        ask "on the server: ps -C sshd -o args | grep startups", healthy Room always {
        Room "fewer connections are unauthenticated than MaxStartups begins at",
        Dice "MaxStartups drops a part of the new connections",
        Full "MaxStartups drops every new connection",
    }

    /// What PerSourceMaxStartups makes of a new connection of ours at this moment.
    SourceLimit at Banner from Server, "does the limit per source leave room for us",
        ask "on the server: sudo ss -tnp 'sport = :{port} and dst {source}'",
        healthy Room always {
        Room "we have fewer unauthenticated connections than PerSourceMaxStartups allows",
        Reached "we have as many unauthenticated connections as PerSourceMaxStartups allows",
    }

    /// What the log says of penalties for our address (PerSourcePenalties).
    Penalty at Banner from Server, "does sshd penalise our address",
        ask "on the server: sudo journalctl -u ssh -g penalty", healthy Free always {
        Free "sshd does not penalise our address",
        Penalised "sshd penalises our address at this moment",
    }

    /// What SELinux and AppArmor denied sshd.
    MandatoryAccess at Banner from Server, "do SELinux and AppArmor let sshd work",
        ask "on the server: sudo ausearch -m avc -c sshd; sudo dmesg | grep -i denied",
        healthy Lets always {
        Lets "SELinux and AppArmor let sshd work",
        Denies "SELinux or AppArmor denies sshd something",
        AppArmorDenies "AppArmor denies sshd something",
    }

    /// Whether the server's lists of algorithms leave something for a client of today.
    ServerAlgorithms at KexInit from Server, "do the server's algorithms suit clients of today",
        ask "on the server: sudo sshd -T | grep -iE 'kex|cipher|mac|hostkeyalg'",
        healthy Usual always {
        Usual "the server has algorithms of each kind that clients of today take",
        OldKex "the server has no key exchange method that clients of today take",
        OldHostKey "the server has no host key algorithm that clients of today take",
        Sha1HostKey "the server signs with SHA-1 RSA only, which clients of today refuse",
        OldCipher "the server has no cipher that clients of today take",
        OldMac "the server has no MAC that clients of today take",
    }

    /// The state of the account.
    Account at Auth from Server, "may the account log in",
        ask "on the server: getent passwd {user}; sudo chage -l {user}", healthy Sound always {
        Sound "the account may log in",
        Unknown "the server has no such account",
        Locked "the account is locked",
        Expired "the account has expired",
        PasswordExpired "the account's password has expired",
        NoShell "the account's shell is missing or not executable",
    }

    /// What sshd's own lists make of the user.
    UserGate at Auth from Server, "do sshd's lists admit the user",
        ask "on the server: sudo sshd -T -C user={user},addr={source} | grep -iE 'allow|deny|permitroot|refuse'",
        healthy Admits always {
        Admits "sshd's lists admit the user",
        NotAllowed "AllowUsers, DenyUsers, AllowGroups or DenyGroups refuses the user",
        RootForbidden "PermitRootLogin refuses root",
        Prohibited "RefuseConnection refuses us",
    }

    /// The user's keys as sshd finds them.
    KeyFile at Auth from Server, "can sshd use the user's authorized keys",
        ask "on the server: sudo sshd -T -C user={user} | grep -i authorizedkeys; namei -l ~{user}/.ssh/authorized_keys",
        healthy Usable usually, Missing sometimes {
        Usable "sshd can read keys for the user",
        Missing "there is no file of keys for the user",
        Elsewhere "sshd reads another file than the one that holds the user's keys",
        BadModes "sshd ignores the user's keys: a file or folder on the way is writable by others",
        SourceExcluded "the user's keys may not be used from our address",
        NotListed "the key that was offered is not among the user's keys",
    }

    /// Which methods the server lets the user choose from.
    ServerMethods at Auth from Server, "does the server let the user in with a key",
        ask "on the server: sudo sshd -T -C user={user},addr={source} | grep -i auth",
        healthy KeyEnough always {
        KeyEnough "the server lets the user in with a key",
        KeyAndMore "the server wants more than a key",
        NoKey "the server lets nobody in with a key",
    }

    /// What the login modules make of us, as far as it can be told from their files.
    LoginModules at Auth from Server, "do the login modules (PAM) admit us",
        ask "on the server: cat /etc/pam.d/sshd /etc/security/access.conf", healthy Admit always {
        Admit "the login modules admit us",
        Deny "a login module refuses us",
    }

    /// How the server fares with our address as a name (UseDNS, libwrap).
    ReverseLookup at Auth from Server, "does the server find our name quickly",
        ask "on the server: time getent hosts {source}", healthy Quick always {
        Quick "the server looks our address up quickly, or not at all",
        Slow "the server waits seconds for the name of our address",
    }

    /// How long sshd waits for a login.
    GraceTime at Auth from Server, "does sshd wait long enough for a login",
        ask "on the server: sudo sshd -T | grep -i logingracetime", healthy Ample always {
        Ample "sshd waits long enough for a login",
        Short "sshd waits only a few seconds for a login",
    }

    /// How many failures sshd allows in one connection.
    AuthTries at Auth from Server, "does sshd allow enough tries",
        ask "on the server: sudo sshd -T -C user={user} | grep -i maxauthtries",
        healthy Ample always {
        Ample "sshd allows several tries in one connection",
        Few "sshd ends a connection after very few failures",
    }

    /// What the server's limits leave for one more session of the user.
    SessionLimits at Session from Server, "do the server's limits leave room for a session",
        ask "on the server: sudo sshd -T | grep -i maxsessions; cat /etc/security/limits.conf",
        healthy Room always {
        Room "the server's limits leave room for a session",
        NoSessions "MaxSessions allows no session",
        LoginsReached "the user has as many logins as the limit allows",
        ProcessesReached "the user has as many processes as the limit allows",
    }

    /// What a session needs on the server besides a shell.
    SessionGround at Session from Server, "has a session what it needs",
        ask "on the server: sudo sshd -T -C user={user} | grep -iE 'chroot|forcecommand|subsystem'",
        healthy Sound always {
        Sound "a session has what it needs",
        BadChroot "ChrootDirectory is not root's, or is writable by others",
        ForcedCommand "a forced command takes the place of the shell",
        NoSubsystem "the sftp subsystem is not configured, or its program is missing",
    }

    /// Whether the server allows forwarding.
    ForwardingPolicy at Session from Server, "does the server allow forwarding",
        ask "on the server: sudo sshd -T -C user={user} | grep -iE 'forwarding|permitopen'",
        healthy Allows always {
        Allows "the server allows forwarding",
        Forbids "the server forbids forwarding",
    }

    /// What the server does to sessions that lie still.
    IdlePolicy at Idle from Server, "does the server end idle sessions",
        ask "on the server: sudo sshd -T | grep -iE 'clientalive|channeltimeout|unusedconnection'",
        healthy Keeps usually, EndsUnanswered sometimes {
        Keeps "the server keeps idle sessions",
        EndsUnanswered "the server ends sessions whose client does not answer",
        EndsChannels "the server ends idle channels or unused connections",
    }
}
