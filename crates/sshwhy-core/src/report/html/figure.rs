//! The drawings of a page: the ladder beside a scale of time, and the sizes that pass.

use super::escaped;
use crate::model::evidence::Actor;
use crate::model::idle_limit::IdleLimit;
use crate::model::path_mtu::Limit;
use crate::model::path_mtu::PathMtu;
use crate::model::trace::Trace;
use crate::report::ladder::Ladder;
use crate::report::ladder::Row;
use crate::report::number::moment;

/// How wide a drawing is: what a phone shows at the size of its text.
const WIDTH: f64 = 460.0;
/// Where the scale of time stands, and where the two ends do.
const SCALE: f64 = 12.0;
const LEFT: f64 = 100.0;
const RIGHT: f64 = WIDTH - 8.0;
/// The first row, and how far one is from the next.
const TOP: f64 = 46.0;
const ROW: f64 = 30.0;
/// So many characters fit between the two ends.
const FIT: usize = 44;

/// Where the bars of sizes begin.
const BARS: f64 = 122.0;

/// Who, in a word.
pub(super) fn who(actor: Actor) -> &'static str {
    match actor {
        Actor::Us => "client",
        Actor::Peer => "server",
        Actor::Nobody => "",
    }
}

/// The ladder. Rows are as far apart as text needs; a line leads from each to its true place in time.
pub(super) fn ladder(ladder: &Ladder) -> String {
    let bottom = TOP + ROW * ladder.rows.len().saturating_sub(1) as f64;
    let time = |row: &Row| match row {
        Row::Event { at, .. } if at.is_finite() => at.max(0.0),
        Row::Event { .. } | Row::Skipped(_) => 0.0,
    };
    let whole = ladder.rows.iter().map(time).fold(f64::MIN_POSITIVE, f64::max);
    let us = ladder.us.as_deref().map_or("you".to_owned(), |address| format!("you {address}"));
    let peer = ladder.peer.as_deref().unwrap_or("the server");
    let mut out = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"What went over the connection, in order of time; \
         the table below says the same\">\n<text x=\"{LEFT}\" y=\"16\">{us}</text>\n\
         <text x=\"{RIGHT}\" y=\"16\" text-anchor=\"end\">{peer}</text>\n",
        height = bottom + 22.0,
        us = escaped(&us),
        peer = escaped(peer),
    );
    for x in [LEFT, RIGHT] {
        out += &format!(
            "<line class=\"life\" x1=\"{x}\" y1=\"24\" x2=\"{x}\" y2=\"{}\"/>\n",
            bottom + 14.0
        );
    }
    out += &format!("<line x1=\"{SCALE}\" y1=\"{TOP}\" x2=\"{SCALE}\" y2=\"{bottom}\"/>\n");
    let last = ladder.rows.len().saturating_sub(1);
    for (i, row) in ladder.rows.iter().enumerate() {
        let y = TOP + ROW * i as f64;
        let end = if i == last { " end" } else { "" };
        if let Row::Event { at, .. } = row {
            let true_y = TOP + (bottom - TOP) * time(row) / whole;
            out += &format!(
                "<circle class=\"dot{end}\" cx=\"{SCALE}\" cy=\"{true_y:.1}\" r=\"2.5\"/>\n\
                 <path d=\"M{SCALE} {true_y:.1} L34 {y}\" opacity=\".6\"/>\n\
                 <text class=\"quiet\" x=\"{x}\" y=\"{text_y}\" text-anchor=\"end\">{}</text>\n",
                moment(*at),
                x = LEFT - 8.0,
                text_y = y + 4.0,
            );
        }
        out += &step(row, y, end);
    }
    out + "</svg>\n"
}

/// What one row is between the two ends.
fn step(row: &Row, y: f64, end: &str) -> String {
    let (actor, what) = match row {
        Row::Event { actor, what, .. } => (*actor, what.clone()),
        Row::Skipped(count) => (Actor::Nobody, format!("{count} more")),
    };
    let cut: String = what.chars().take(FIT).collect();
    let dots = if what.chars().count() > FIT { "…" } else { "" };
    let label = format!(
        "<text class=\"{class}\" x=\"{x}\" y=\"{text_y}\" text-anchor=\"middle\">{}{dots}</text>\n",
        escaped(&cut),
        class = if end.is_empty() { "said" } else { "bad" },
        x = (LEFT + RIGHT) / 2.0,
        text_y = if actor == Actor::Nobody { y + 4.0 } else { y - 5.0 },
    );
    let (from, to, back) = match actor {
        Actor::Us => (LEFT, RIGHT, -1.0),
        Actor::Peer => (RIGHT, LEFT, 1.0),
        Actor::Nobody => return label,
    };
    let neck = to + back * 8.0;
    format!(
        "{label}<line class=\"sent{end}\" x1=\"{from}\" y1=\"{y}\" x2=\"{neck}\" y2=\"{y}\"/>\n\
         <path class=\"head{end}\" d=\"M{to} {y} L{neck} {up} L{neck} {down} Z\"/>\n",
        up = y - 4.0,
        down = y + 4.0,
    )
}

/// A bar: what is well, and from where on it is not.
struct Bar<'t> {
    label: &'t str,
    well: f64,
    ends: Option<f64>,
    value: String,
}

/// Which packets pass, by their size.
pub(super) fn sizes(mtu: &PathMtu) -> String {
    let ways = [("to the server", mtu.to_server), ("from the server", mtu.from_server)];
    let known: Vec<(&str, Limit)> =
        ways.into_iter().filter_map(|(way, limit)| Some((way, limit?))).collect();
    let largest =
        known.iter().map(|(_, l)| l.vanishes.unwrap_or(0).max(l.passes)).max().unwrap_or(0);
    let bar = |(label, limit): &(&'static str, Limit)| Bar {
        label,
        well: f64::from(limit.passes),
        ends: limit.vanishes.map(f64::from),
        value: format!("{} bytes", limit.passes),
    };
    let bars: Vec<Bar<'_>> = known.iter().map(bar).collect();
    let words: Vec<String> = known.iter().map(|(way, limit)| format!("{way} {limit}")).collect();
    let whole = f64::from(largest.max(1500));
    bars_figure("How large packets may be", &bars, whole, &words.join("; "))
}

/// How long a session may lie still.
pub(super) fn silence(limit: &IdleLimit) -> String {
    let whole = limit.ends * 1.25;
    let value = format!("{:.1} s", limit.survives);
    let mut bars =
        vec![Bar { label: "silent", well: limit.survives, ends: Some(limit.ends), value }];
    let kinds = [("ssh keepalives", limit.ssh_keepalive), ("TCP keepalives", limit.tcp_keepalive)];
    for (label, keepalive) in kinds {
        let Some(keepalive) = keepalive else { continue };
        bars.push(match keepalive.saves {
            true => Bar { label, well: whole, ends: None, value: "kept".to_owned() },
            false => Bar { label, well: 0.0, ends: Some(limit.ends), value: "lost".to_owned() },
        });
    }
    bars_figure("How long a session may lie still", &bars, whole, &limit.words())
}

/// Bars to one scale, which ends at `whole`.
fn bars_figure(title: &str, bars: &[Bar<'_>], whole: f64, words: &str) -> String {
    let scale = (WIDTH - BARS - 90.0) / whole.max(f64::MIN_POSITIVE);
    let mut drawn = String::new();
    for (i, bar) in bars.iter().enumerate() {
        let y = 8.0 + 28.0 * i as f64;
        let text_y = y + 11.0;
        drawn += &format!(
            "<text x=\"0\" y=\"{text_y}\">{label}</text>\n\
             <rect class=\"passes\" x=\"{BARS}\" y=\"{y}\" width=\"{width:.1}\" height=\"14\"/>\n",
            label = bar.label,
            width = bar.well * scale,
        );
        if let Some(ends) = bar.ends {
            drawn += &format!(
                "<rect class=\"vanishes\" x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"14\"/>\n",
                x = BARS + ends * scale,
                width = (whole - ends) * scale,
            );
        }
        drawn += &format!(
            "<text x=\"{WIDTH}\" y=\"{text_y}\" text-anchor=\"end\">{}</text>\n",
            bar.value,
        );
    }
    format!(
        "<h2>{title}</h2>\n<figure>\n<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"{words}\">\n{drawn}</svg>\n<figcaption>{words}</figcaption>\n</figure>\n",
        height = 8.0 + 28.0 * bars.len() as f64,
    )
}

/// So many hops are drawn beside each other.
const DRAWN: usize = 12;

/// How far a packet gets, hop by hop.
pub(super) fn hops(trace: &Trace) -> Option<String> {
    let words = escaped(&trace.words()?);
    let seen =
        trace.refused.map_or(trace.seen_by(), |refused| usize::from(refused).saturating_sub(1));
    let server = trace.server.map_or(trace.hops.len() + 1, usize::from);
    let last = server.min(DRAWN);
    let step = (WIDTH - 60.0) / last as f64;
    let (from, to) = (30.0, 30.0 + step * seen.min(last) as f64);
    let end = to + step / 2.0;
    let mut drawn = format!(
        "<line class=\"life\" x1=\"{from}\" y1=\"20\" x2=\"{right}\" y2=\"20\"/>\n\
         <line class=\"sent\" x1=\"{from}\" y1=\"20\" x2=\"{end}\" y2=\"20\"/>\n\
         <path class=\"end\" stroke-width=\"2\" d=\"M{a} 15 L{b} 25 M{a} 25 L{b} 15\"/>\n",
        right = WIDTH - 30.0,
        a = end - 5.0,
        b = end + 5.0,
    );
    for number in 0..=last {
        let x = from + step * number as f64;
        let label = match number {
            0 => "you".to_owned(),
            number if number == server => "server".to_owned(),
            number => number.to_string(),
        };
        drawn += &format!(
            "<circle class=\"dot{class}\" cx=\"{x:.1}\" cy=\"20\" r=\"4\"/>\n\
             <text x=\"{x:.1}\" y=\"42\" text-anchor=\"middle\">{label}</text>\n",
            class = if number > seen { " end" } else { "" },
        );
    }
    Some(format!(
        "<h2>How far packets get</h2>\n<figure>\n<svg viewBox=\"0 0 {WIDTH} 50\" role=\"img\" aria-label=\"{words}\">\n\
         {drawn}</svg>\n<figcaption>{words}</figcaption>\n</figure>\n"
    ))
}
