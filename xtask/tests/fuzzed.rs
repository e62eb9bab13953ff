//! No parser of core without a fuzz target, read off the signatures in its sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Parameters that can hold what others wrote.
const FOREIGN: [&str; 6] = ["&str", " str", "[u8]", "&Dialogue", "&Told<", "&KexInit"];
/// They need no target: a fuzzed function calls them with what it is given.
const INNER: &str = "Config::load_for Decoder::feed IpQos::parse Names::matches Net::parse \
    Scanner::feed Stream::feed SystemError::from_text Tally::count Version::find delimited \
    dot_quad elements for_person int is_except is_pattern leading_int matches notice octal \
    parse_client_error parse_destination parse_sshd_config plain_v4 split_at split_words \
    unsigned v6 Prefix::parse_word";
/// They compare a name with those that we have.
const LOOK_UPS: &str = "ClientConfig::other Counters::value Effective::all Effective::first \
    Effective::open Effective::value_or_default Method::from_name is_keyword RuleSet::table \
    Shown::number Shown::value entries_of find first_untrusted is_aead is_pseudo is_sshd port_of";
/// They write.
const WRITERS: &str = "Case::fill Packets::of Target::fill pcapng Writer::bytes Writer::mpint Writer::string encode fingerprint";

#[test]
fn every_parser_has_a_fuzz_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let targets = texts(&root.join("fuzz/fuzz_targets"));
    let core =
        ["evaluate", "model", "parse", "wire"].map(|m| format!("crates/sshwhy-core/src/{m}"));
    let sources = core.iter().flat_map(|folder| texts(&root.join(folder)));
    let parsers: BTreeSet<String> = sources.flat_map(|source| parsers(&source)).collect();
    let fuzzed = |parser: &&str| targets.iter().any(|target| names(target, parser));
    let open: BTreeSet<&str> = parsers.iter().map(String::as_str).filter(|p| !fuzzed(p)).collect();
    let known = [INNER, LOOK_UPS, WRITERS].iter().flat_map(|list| list.split_whitespace());
    assert_eq!(open, known.collect(), "left: has no fuzz target; right: needs none");
}

/// The public functions of a source that take foreign text, e.g. `HostKey::parse`.
fn parsers(source: &str) -> Vec<String> {
    let source = source.replace("pub const fn ", "pub fn ").replace("&'static str", "");
    let parser = |(at, keyword): (usize, &str)| {
        let signature = source[at + keyword.len()..].split('{').next().unwrap();
        let (name, parameters) = signature.split_once(['(', '<']).unwrap();
        let parameters = parameters.split("->").next().unwrap();
        let item = source[..at].rsplit("\n}\n").next().unwrap();
        let owner = item.lines().rfind(|l| l.starts_with("impl") && l.ends_with('{'));
        let owner =
            owner.and_then(|l| l.trim_end_matches(" {").rsplit(' ').next()?.split('<').next());
        let name = owner.map_or(name.to_owned(), |owner| format!("{owner}::{name}"));
        FOREIGN.iter().any(|f| parameters.contains(f)).then_some(name)
    };
    source.match_indices("pub fn ").filter_map(parser).collect()
}

/// Whether a target has the type and calls its method, or has the path of a function outside types.
fn names(target: &str, parser: &str) -> bool {
    let has = |start: &str, name: &str, end: &str| target.contains(&format!("{start}{name}{end}"));
    if let Some((owner, name)) = parser.split_once("::") {
        return has("", owner, "::") && (has("::", name, "(") || has(".", name, "("));
    }
    let is_of_type = |path: &str| path.rsplit("::").next().unwrap().starts_with(char::is_uppercase);
    let mut paths = target.split_whitespace().filter_map(|word| {
        let (path, end) = word.split_once(&format!("::{parser}"))?;
        end.starts_with(['(', ';']).then_some(path)
    });
    paths.any(|path| !is_of_type(path))
}

fn texts(folder: &Path) -> Vec<String> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: &Path| vec![fs::read_to_string(path).unwrap()];
    paths.flat_map(|path| if path.is_dir() { texts(&path) } else { text(&path) }).collect()
}
