use super::*;
use crate::model::case::Case;
use crate::model::evidence::Actor;
use crate::model::idle_limit::IdleLimit;
use crate::model::idle_limit::Keepalive;
use crate::model::path_mtu::Limit;
use crate::model::path_mtu::PathMtu;
use crate::model::trace::Hop;
use crate::model::trace::Lost;
use crate::model::trace::Trace;
use crate::reason::diagnose;
use crate::report::ladder::Ladder;

/// Elements that have no end (HTML, 13.1.2).
const VOID: [&str; 2] = ["meta", "br"];

/// A page with every part, and text that tries to be markup.
fn page() -> String {
    let hostile = "</code><script>alert('x')</script> & \"q\"";
    let case =
        Case::from_json(include_str!("../../../../../cases/lab/mtu-to-server/case.json")).unwrap();
    let mut report = Report::new(&case, &diagnose(&case.observations));
    report.happens = hostile.to_owned();
    report.notes.push(hostile.to_owned());
    report.measured.path_mtu = Some(PathMtu {
        to_server: Some(Limit { passes: 1420, vanishes: Some(1421) }),
        from_server: Some(Limit { passes: 1500, vanishes: None }),
    });
    let hop = |saw| Hop { address: Some([192, 0, 2, 1].into()), saw, answers: true };
    let hops = vec![hop(true), hop(false)];
    report.measured.trace =
        Some(Trace { what: Lost::Large(1421), hops, server: Some(3), refused: None });
    let keepalive = |saves| Some(Keepalive { interval: 15, saves });
    report.measured.idle_limit = Some(IdleLimit {
        survives: 30.0,
        ends: 37.5,
        ssh_keepalive: keepalive(true),
        tcp_keepalive: keepalive(false),
        server_is_heard: Some(false),
    });
    let event = |at, actor, what: &str| Row::Event { at, actor, what: what.to_owned() };
    report.ladder = Some(Ladder {
        us: Some(hostile.to_owned()),
        peer: None,
        rows: vec![
            event(0.0, Actor::Us, "SYN"),
            event(f64::NAN, Actor::Peer, hostile),
            Row::Skipped(3),
            event(5.0, Actor::Nobody, "nothing more comes"),
        ],
    });
    render(&report)
}

/// The tags of a page with their attributes, in order; ends without what they end are an error.
fn tags(page: &str) -> Vec<(&str, &str)> {
    let (mut open, mut tags) = (Vec::new(), Vec::new());
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    for part in before.split('<').chain(after.split('<')).filter(|part| part.contains('>')) {
        let (tag, text) = part.split_once('>').unwrap();
        assert!(!text.contains('>'), "{part}");
        let (name, attributes) = tag.trim_end_matches('/').split_once(' ').unwrap_or((tag, ""));
        match name.strip_prefix('/') {
            Some(ended) => assert_eq!(open.pop(), Some(ended), "{part}"),
            None if name == "!DOCTYPE" => {}
            None => {
                tags.push((name, attributes));
                if !VOID.contains(&name) && !tag.ends_with('/') {
                    open.push(name);
                }
            }
        }
        assert_eq!(attributes.matches('"').count() % 2, 0, "{part}");
    }
    assert!(open.is_empty(), "{open:?}");
    tags
}

#[test]
fn a_page_is_sound_and_stands_alone() {
    let page = page();
    let tags = tags(&page);
    for absent in ["script", "img", "link", "iframe"] {
        assert!(tags.iter().all(|(name, _)| *name != absent), "{absent}");
    }
    for absent in ["http", "url(", "@import", "src="] {
        assert!(!page.contains(absent), "{absent}");
    }
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;"));
}

/// What WCAG 2.2 asks of a page that only shows: 1.1.1, 1.3.1, 2.4.2, 2.4.6 and 3.1.1.
#[test]
fn whoever_does_not_see_it_can_read_it() {
    let page = page();
    let tags = tags(&page);
    assert!(tags.contains(&("html", "lang=\"en\"")));
    assert!(page.contains("<title>sshwhy: ") && page.contains("width=device-width"));
    let levels: Vec<&str> = tags.iter().map(|t| t.0).filter(|n| ["h1", "h2"].contains(n)).collect();
    assert_eq!((levels[0], levels.iter().filter(|level| **level == "h1").count()), ("h1", 1));
    assert!(tags.iter().any(|(name, _)| *name == "main"));
    for (name, attributes) in &tags {
        match *name {
            "svg" => assert!(attributes.contains("role=\"img\" aria-label=\""), "{attributes}"),
            "th" => assert!(attributes.contains("scope="), "{attributes}"),
            _ => {}
        }
    }
    // What the drawing shows stands in a table, too.
    assert_eq!(page.matches("nothing more comes").count(), 2);
}

/// WCAG 2.2, 1.4.3: text stands out from its ground by 4.5 at least, by day and by night.
#[test]
fn text_stands_out() {
    let colours = |palette: &str, name: &str| -> [f64; 3] {
        let value = palette.split(&format!("--{name}: #")).nth(1).unwrap();
        [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&value[at..at + 2], 16).unwrap()) / 255.0)
    };
    let luminance = |colour: [f64; 3]| {
        let linear =
            |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        let [r, g, b] = colour.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let palettes: Vec<&str> = STYLE.split(":root").skip(1).collect();
    assert_eq!(palettes.len(), 2);
    for palette in palettes {
        for (text, ground) in ["ink", "quiet", "good", "bad", "doubt"]
            .iter()
            .flat_map(|t| [(t, "paper"), (t, "field")])
        {
            let mut both = [text, &ground].map(|name| luminance(colours(palette, name)));
            both.sort_by(f64::total_cmp);
            let contrast = (both[1] + 0.05) / (both[0] + 0.05);
            assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.1}");
        }
    }
}
