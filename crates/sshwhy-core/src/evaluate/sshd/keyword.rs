//! The keywords of `sshd_config(5)`: where each may stand, since which release, and how its arguments are read
//! (the table `keywords` in `servconf.c`).

use crate::parse::openssh_version::Version;

/// Where a keyword may stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Scope {
    /// Not under `Match`.
    Global,
    /// Anywhere.
    Anywhere,
}

/// A keyword.
#[derive(Debug)]
pub(super) struct Keyword {
    /// In lower case.
    pub(super) name: &'static str,
    /// The keyword that it is another name of, or its own name.
    pub(super) canonical: &'static str,
    pub(super) scope: Scope,
    pub(super) kind: Kind,
    /// The first release that has it; none when it is older than 8.0.
    since: (u16, u16),
}

/// Which list of algorithms a keyword takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum List {
    Kex,
    Cipher,
    Mac,
    /// Keys and their signatures.
    Key,
    /// Signatures of certificate authorities.
    Authority,
}

/// Accepted words and what `sshd -T` prints for each.
type Words = &'static [(&'static str, &'static str)];

/// How the arguments of a keyword are read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Choice(Words),
    Number,
    Time,
    IdleTime,
    /// A file; relative to where sshd was started.
    Path,
    /// A file for each user: only `~` is replaced.
    UserPath,
    Agent,
    Provider,
    Word,
    Command,
    ForcedCommand,
    Addendum,
    Algorithms(List),
    GssAlgorithms,
    Users,
    Groups,
    AcceptEnv,
    SetEnv,
    KeyFiles,
    Methods,
    LogVerbose,
    ChannelTimeout,
    PermitOpen,
    PermitListen,
    Port,
    ListenAddress,
    KeyFile,
    Subsystem,
    MaxStartups,
    NetBlockSize,
    PerSourceMax,
    Penalties,
    ExemptList,
    RekeyLimit,
    Qos,
    Mask,
    Hash,
    UserEnvironment,
    Facility,
    Level,
    PubkeyOptions,
    RDomain,
    /// Without effect, and sshd says nothing of it.
    Ignored,
    /// Without effect: sshd logs `Deprecated option`.
    Deprecated,
    /// Without effect in the usual builds: sshd logs `Unsupported option`.
    Unsupported,
}

/// Finds the keyword, which is in lower case, of a release.
pub(super) fn find(name: &str, version: Version) -> Option<&'static Keyword> {
    let keyword = KEYWORDS.iter().find(|keyword| keyword.name == name)?;
    version.at_least(keyword.since.0, keyword.since.1).then_some(keyword)
}

/// All keywords that mean something, by the names that `sshd -T` prints.
pub(super) fn canonical() -> impl Iterator<Item = &'static str> {
    let without_effect =
        |kind: &Kind| matches!(kind, Kind::Ignored | Kind::Deprecated | Kind::Unsupported);
    let keywords = KEYWORDS.iter().filter(move |keyword| !without_effect(&keyword.kind));
    keywords.filter(|keyword| keyword.name == keyword.canonical).map(|keyword| keyword.name)
}

const fn one(name: &'static str, scope: Scope, kind: Kind) -> Keyword {
    Keyword { name, canonical: name, scope, kind, since: (0, 0) }
}

const fn global(name: &'static str, kind: Kind) -> Keyword {
    one(name, Scope::Global, kind)
}

const fn any(name: &'static str, kind: Kind) -> Keyword {
    one(name, Scope::Anywhere, kind)
}

impl Keyword {
    const fn since(self, major: u16, minor: u16) -> Self {
        Self { since: (major, minor), ..self }
    }

    const fn same_as(self, canonical: &'static str) -> Self {
        Self { canonical, ..self }
    }
}

const FLAG: Kind = Kind::Choice(&[("yes", "yes"), ("no", "no")]);
const FORWARDING: Kind = Kind::Choice(&[
    ("yes", "yes"),
    ("all", "yes"),
    ("no", "no"),
    ("remote", "remote"),
    ("local", "local"),
]);
const ROOT: Kind = Kind::Choice(&[
    ("without-password", "without-password"),
    ("prohibit-password", "without-password"),
    ("forced-commands-only", "forced-commands-only"),
    ("yes", "yes"),
    ("no", "no"),
]);
const FAMILY: Kind = Kind::Choice(&[("inet", "inet"), ("inet6", "inet6"), ("any", "any")]);
const RHOSTS: Kind = Kind::Choice(&[("yes", "yes"), ("no", "no"), ("shosts-only", "shosts-only")]);
const COMPRESSION: Kind = Kind::Choice(&[("yes", "yes"), ("delayed", "yes"), ("no", "no")]);
const GATEWAY: Kind =
    Kind::Choice(&[("clientspecified", "clientspecified"), ("yes", "yes"), ("no", "no")]);

static KEYWORDS: &[Keyword] = &[
    global("usepam", FLAG),
    any("pamservicename", Kind::Word).since(9, 8),
    global("port", Kind::Port),
    global("hostkey", Kind::KeyFile),
    global("hostdsakey", Kind::KeyFile).same_as("hostkey"),
    global("hostkeyagent", Kind::Agent),
    global("pidfile", Kind::Path),
    global("modulifile", Kind::Path).since(8, 7),
    global("logingracetime", Kind::Time),
    any("permitrootlogin", ROOT),
    global("syslogfacility", Kind::Facility),
    any("loglevel", Kind::Level),
    any("logverbose", Kind::LogVerbose).since(8, 5),
    any("hostbasedauthentication", FLAG),
    any("hostbasedusesnamefrompacketonly", FLAG),
    any("hostbasedacceptedalgorithms", Kind::Algorithms(List::Key)).since(8, 5),
    any("hostbasedacceptedkeytypes", Kind::Algorithms(List::Key))
        .same_as("hostbasedacceptedalgorithms"),
    global("hostkeyalgorithms", Kind::Algorithms(List::Key)),
    any("pubkeyauthentication", FLAG),
    any("pubkeyacceptedalgorithms", Kind::Algorithms(List::Key)).since(8, 5),
    any("pubkeyacceptedkeytypes", Kind::Algorithms(List::Key)).same_as("pubkeyacceptedalgorithms"),
    any("pubkeyauthoptions", Kind::PubkeyOptions).since(8, 2),
    global("dsaauthentication", FLAG).same_as("pubkeyauthentication"),
    any("kerberosauthentication", FLAG),
    global("kerberosorlocalpasswd", FLAG),
    global("kerberosticketcleanup", FLAG),
    global("kerberosgetafstoken", Kind::Unsupported),
    global("kerberostgtpassing", Kind::Unsupported),
    global("afstokenpassing", Kind::Unsupported),
    any("gssapiauthentication", FLAG),
    global("gssapicleanupcredentials", FLAG),
    global("gssapicleanupcreds", FLAG).same_as("gssapicleanupcredentials"),
    global("gssapistrictacceptorcheck", FLAG),
    global("gssapikeyexchange", FLAG),
    global("gssapistorecredentialsonrekey", FLAG),
    global("gssapikexalgorithms", Kind::GssAlgorithms),
    global("gssusesessionccache", Kind::Unsupported),
    global("gssapiusesessioncredcache", Kind::Unsupported),
    any("passwordauthentication", FLAG),
    any("kbdinteractiveauthentication", FLAG),
    any("challengeresponseauthentication", FLAG).same_as("kbdinteractiveauthentication"),
    any("skeyauthentication", FLAG).same_as("kbdinteractiveauthentication"),
    global("listenaddress", Kind::ListenAddress),
    global("addressfamily", FAMILY),
    global("printmotd", FLAG),
    global("printlastlog", FLAG),
    any("ignorerhosts", RHOSTS),
    global("ignoreuserknownhosts", FLAG),
    any("x11forwarding", FLAG),
    any("x11displayoffset", Kind::Number),
    any("x11uselocalhost", FLAG),
    global("xauthlocation", Kind::Path),
    global("strictmodes", FLAG),
    any("permitemptypasswords", FLAG),
    global("permituserenvironment", Kind::UserEnvironment),
    global("compression", COMPRESSION),
    any("rekeylimit", Kind::RekeyLimit),
    global("tcpkeepalive", FLAG),
    global("keepalive", FLAG).same_as("tcpkeepalive"),
    any("allowtcpforwarding", FORWARDING),
    any("allowagentforwarding", FLAG),
    any("allowusers", Kind::Users),
    any("denyusers", Kind::Users),
    any("allowgroups", Kind::Groups),
    any("denygroups", Kind::Groups),
    global("ciphers", Kind::Algorithms(List::Cipher)),
    global("macs", Kind::Algorithms(List::Mac)),
    any("gatewayports", GATEWAY),
    any("subsystem", Kind::Subsystem),
    global("maxstartups", Kind::MaxStartups),
    global("persourcemaxstartups", Kind::PerSourceMax).since(8, 5),
    global("persourcenetblocksize", Kind::NetBlockSize).since(8, 5),
    global("persourcepenalties", Kind::Penalties).since(9, 8),
    global("persourcepenaltyexemptlist", Kind::ExemptList).since(9, 8),
    any("maxauthtries", Kind::Number),
    any("maxsessions", Kind::Number),
    any("banner", Kind::Path),
    global("usedns", FLAG),
    any("clientaliveinterval", Kind::Time),
    any("clientalivecountmax", Kind::Number),
    any("authorizedkeysfile", Kind::KeyFiles),
    any("acceptenv", Kind::AcceptEnv),
    any("setenv", Kind::SetEnv),
    any("permittunnel", Kind::Choice(TUNNEL)),
    any("permittty", FLAG),
    any("permituserrc", FLAG),
    any("permitopen", Kind::PermitOpen),
    any("permitlisten", Kind::PermitListen),
    any("forcecommand", Kind::ForcedCommand),
    any("chrootdirectory", Kind::Word),
    global("hostcertificate", Kind::KeyFile),
    any("revokedkeys", Kind::Path),
    any("trustedusercakeys", Kind::Path),
    any("authorizedprincipalsfile", Kind::UserPath),
    global("kexalgorithms", Kind::Algorithms(List::Kex)),
    any("ipqos", Kind::Qos),
    any("authorizedkeyscommand", Kind::Command),
    any("authorizedkeyscommanduser", Kind::Word),
    any("authorizedprincipalscommand", Kind::Command),
    any("authorizedprincipalscommanduser", Kind::Word),
    global("versionaddendum", Kind::Addendum),
    any("authenticationmethods", Kind::Methods),
    any("streamlocalbindmask", Kind::Mask),
    any("streamlocalbindunlink", FLAG),
    any("allowstreamlocalforwarding", FORWARDING),
    global("fingerprinthash", Kind::Hash),
    any("disableforwarding", FLAG),
    any("exposeauthinfo", FLAG),
    any("rdomain", Kind::RDomain),
    any("casignaturealgorithms", Kind::Algorithms(List::Authority)),
    global("securitykeyprovider", Kind::Provider).since(8, 2),
    any("requiredrsasize", Kind::Number).since(9, 1),
    any("channeltimeout", Kind::ChannelTimeout).since(9, 2),
    any("unusedconnectiontimeout", Kind::IdleTime).since(9, 2),
    global("sshdsessionpath", Kind::Path).since(9, 8),
    global("sshdauthpath", Kind::Path).since(10, 0),
    any("refuseconnection", FLAG).since(9, 9),
    // Of Debian and those who build on it.
    global("debianbanner", FLAG),
    global("protocol", Kind::Ignored),
    global("pamauthenticationviakbdint", Kind::Deprecated),
    global("serverkeybits", Kind::Deprecated),
    global("keyregenerationinterval", Kind::Deprecated),
    global("rhostsauthentication", Kind::Deprecated),
    any("rhostsrsaauthentication", Kind::Deprecated),
    any("rsaauthentication", Kind::Deprecated),
    global("checkmail", Kind::Deprecated),
    global("permitblacklistedkeys", Kind::Deprecated),
    global("uselogin", Kind::Deprecated),
    global("verifyreversemapping", Kind::Deprecated),
    global("reversemappingcheck", Kind::Deprecated),
    any("authorizedkeysfile2", Kind::Deprecated),
    global("useprivilegeseparation", Kind::Deprecated),
];

/// Unlike the other choices these are case-sensitive.
const TUNNEL: Words =
    &[("no", "no"), ("point-to-point", "point-to-point"), ("ethernet", "ethernet"), ("yes", "yes")];
