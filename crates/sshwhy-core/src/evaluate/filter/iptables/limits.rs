//! Conditions that count, and the time.

use std::net::IpAddr;

use super::Tri;
use super::walk::Touch;
use super::walk::Walk;
use crate::parse::iptables_save::Match;
use crate::parse::iptables_save::kind::ConnLimit;
use crate::parse::iptables_save::kind::HashLimit;
use crate::parse::iptables_save::kind::Recent;
use crate::parse::iptables_save::kind::RecentMode;
use crate::parse::iptables_save::kind::Time;
use crate::parse::iptables_save::net::Net;
use crate::parse::netfilter::RecentEntry;
use crate::parse::netfilter::Ticks;

/// Whether a condition that counts holds at this moment.
pub(super) fn holds(condition: &Match<'_>, walk: &mut Walk<'_, '_>) -> Tri {
    match condition {
        Match::HashLimit(limit) => hash_limit(walk, limit),
        Match::ConnLimit(limit) => conn_limit(walk, limit),
        Match::Recent(recent) => recently(walk, recent),
        _ => Tri::Unknown("how much of its limit is left cannot be read"),
    }
}

fn masked(address: IpAddr, bits: Option<u32>) -> Option<Net> {
    Net::of(address, bits.unwrap_or(if address.is_ipv4() { 32 } else { 128 }))
}

/// xt_recent.c, `recent_mt`.
fn recently(walk: &mut Walk<'_, '_>, recent: &Recent<'_>) -> Tri {
    let packet = walk.packet;
    let address = if recent.by_destination { packet.destination } else { packet.source };
    let Some(net) = masked(address, recent.bits) else {
        return Tri::Unknown("its mask makes no sense");
    };
    if recent.mode == RecentMode::Set {
        walk.touch(Touch { list: recent.name.to_string(), net, least: 1, most: 1, removed: false });
        return Tri::from(!recent.not);
    }
    let earlier = walk.state.touches.iter().find(|t| t.list == recent.name && t.net == net);
    let (least, most, removed) = earlier.map_or((0, 0, false), |t| (t.least, t.most, t.removed));
    let known = walk.world.recent.as_ref();
    let entry = match known.map(|lists| lists.get(&*recent.name)) {
        _ if removed => None,
        None => return Tri::Unknown("the list could not be read"),
        Some(None) => return Tri::Unknown("the list is not among those that could be read"),
        Some(Some(entries)) => entries.iter().find(|entry| net.contains(entry.address)),
    };
    if entry.is_some_and(|entry| recent.ttl && entry.ttl != 0) {
        return Tri::Unknown("it compares the TTL of the packets, which is not known");
    }
    let seen = seen(recent, entry, least, most, walk.world.ticks);
    match recent.mode {
        RecentMode::Remove if seen != Tri::No => {
            walk.touch(Touch {
                list: recent.name.to_string(),
                net,
                least: 0,
                most: 0,
                removed: true,
            });
        }
        RecentMode::Update if seen.negated(recent.not) != Tri::No => {
            let least = u32::from(seen != Tri::No && !matches!(seen, Tri::Unknown(_)));
            let list = recent.name.to_string();
            walk.touch(Touch { list, net, least, most: 1, removed: false });
        }
        _ => {}
    }
    seen.negated(recent.not)
}

/// Whether the list has the address, so often and so lately as the rule wants. `least` and `most` say how often this very
/// packet has entered it already.
fn seen(
    recent: &Recent<'_>,
    entry: Option<&RecentEntry>,
    least: u32,
    most: u32,
    ticks: Option<Ticks>,
) -> Tri {
    if entry.is_none() && most == 0 {
        return Tri::No;
    }
    if recent.mode == RecentMode::Remove {
        return if entry.is_some() || least > 0 { Tri::Yes } else { UNCLEAR };
    }
    let wanted = recent.hits.unwrap_or(1).max(1);
    let stamps = entry.map_or(&[][..], |entry| &entry.stamps);
    let all = u32::try_from(stamps.len()).unwrap_or(u32::MAX);
    let (sure, possible) = match (recent.seconds, ticks) {
        (None | Some(0), _) => (all, all),
        (Some(_), None) => (0, all),
        (Some(seconds), Some(ticks)) => {
            let since = ticks.now.saturating_sub(seconds.saturating_mul(ticks.per_second));
            let fresh = stamps.iter().filter(|stamp| **stamp >= since).count();
            let fresh = u32::try_from(fresh).unwrap_or(u32::MAX);
            (fresh, fresh)
        }
    };
    if sure.saturating_add(least) >= wanted {
        Tri::Yes
    } else if possible.saturating_add(most) < wanted {
        Tri::No
    } else if most > least {
        UNCLEAR
    } else {
        Tri::Unknown("the kernel's clock could not be read")
    }
}

const UNCLEAR: Tri = Tri::Unknown("an earlier rule may have entered the address");

/// xt_hashlimit.c: a bucket that does not exist yet is full.
fn hash_limit(walk: &Walk<'_, '_>, limit: &HashLimit<'_>) -> Tri {
    let packet = walk.packet;
    if limit.unclear {
        return Tri::Unknown("it limits bytes");
    }
    let Some(tables) = &walk.world.hash_limits else {
        return Tri::Unknown("the table of its limit could not be read");
    };
    let Some(entries) = tables.get(&*limit.name) else {
        return Tri::Unknown("the table of its limit is not among those that could be read");
    };
    let has = |word: &str| limit.mode.split(',').any(|mode| mode == word);
    if has("srcport") && packet.source_port.is_none()
        || has("dstport") && packet.destination_port.is_none()
    {
        // Another port has another bucket, and a new one is full.
        return Tri::from(!limit.above);
    }
    let agrees = |wanted: bool, address: IpAddr, bits, with: IpAddr| {
        !wanted || masked(address, bits).is_some_and(|net| net.contains(with))
    };
    let bucket = entries.iter().find(|entry| {
        agrees(has("srcip"), packet.source, limit.source_bits, entry.source)
            && agrees(has("dstip"), packet.destination, limit.destination_bits, entry.destination)
            && (!has("srcport") || packet.source_port == Some(entry.source_port))
            && (!has("dstport") || packet.destination_port == Some(entry.destination_port))
    });
    let is_below = bucket.is_none_or(|bucket| bucket.credit >= bucket.cost);
    Tri::from(is_below != limit.above)
}

/// xt_connlimit.c counts the connections that came by the rule and are not over, this one included. Which came by is not to be
/// seen: those to the same port surely did; all others may have.
fn conn_limit(walk: &Walk<'_, '_>, limit: &ConnLimit) -> Tri {
    let packet = walk.packet;
    let Some(tracked) = &walk.world.tracked else {
        return Tri::Unknown("the connections could not be counted");
    };
    let (client, server) = if packet.incoming {
        (packet.source, packet.destination)
    } else {
        (packet.destination, packet.source)
    };
    let key = if limit.by_destination { server } else { client };
    let Some(net) = masked(key, limit.bits) else {
        return Tri::Unknown("its mask makes no sense");
    };
    let port = if packet.incoming { packet.destination_port } else { packet.source_port };
    let open = tracked.iter().filter(|connection| {
        let key = if limit.by_destination { connection.destination } else { connection.source };
        !connection.is_over && net.contains(key)
    });
    let (mut all, mut same) = (1u32, 1u32);
    for connection in open {
        all = all.saturating_add(1);
        same = same.saturating_add(u32::from(Some(connection.port) == port));
    }
    if same > limit.count {
        Tri::from(limit.above)
    } else if all <= limit.count {
        Tri::from(!limit.above)
    } else {
        Tri::Unknown("which connections the rule counts cannot be seen")
    }
}

/// xt_time.c.
pub(super) fn time(time: &Time, now: Option<i64>) -> Tri {
    let Some(now) = now else { return Tri::Unknown("the time is not known") };
    if time.unclear {
        return Tri::Unknown("it asks for the local time");
    }
    if now < time.from || now > time.to {
        return Tri::No;
    }
    let second = u32::try_from(now.rem_euclid(86_400)).unwrap_or_default();
    let inside = if time.day_from <= time.day_to {
        (time.day_from..=time.day_to).contains(&second)
    } else {
        second >= time.day_from || second <= time.day_to
    };
    let day = now.div_euclid(86_400);
    // 1 January 1970 was a Thursday.
    let week_day = (day + 4).rem_euclid(7);
    let on_day = time.week_days == 0 || time.week_days >> week_day & 1 == 1;
    let in_month = time.month_days == 0 || time.month_days >> day_of_month(day) & 1 == 1;
    Tri::from(inside && on_day && in_month)
}

/// The day of the month, from 1, of a day counted from 1970.
fn day_of_month(day: i64) -> i64 {
    let day = day + 719_468;
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    of_year - (153 * month + 2) / 5 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_month() {
        assert_eq!(day_of_month(0), 1);
        assert_eq!(day_of_month(951_782_400 / 86_400), 29);
        assert_eq!(day_of_month(0x7fff_ffff / 86_400), 19);
    }

    #[test]
    fn times() {
        let night = Time { day_from: 82_800, day_to: 3_600, ..Time::default() };
        assert_eq!(time(&night, Some(86_399)), Tri::Yes);
        assert_eq!(time(&night, Some(43_200)), Tri::No);
        let thursday = Time { week_days: 1 << 4, ..Time::default() };
        assert_eq!((time(&thursday, Some(1)), time(&thursday, Some(86_401))), (Tri::Yes, Tri::No));
        let first = Time { month_days: 1 << 1, ..Time::default() };
        assert_eq!((time(&first, Some(1)), time(&first, Some(86_401))), (Tri::Yes, Tri::No));
        assert!(matches!(time(&first, None), Tri::Unknown(_)));
        let over = Time { to: 10, ..Time::default() };
        assert_eq!(time(&over, Some(11)), Tri::No);
    }
}
