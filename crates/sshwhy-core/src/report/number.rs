//! Probabilities and durations as a person reads them.

/// A probability. Never "100 %" and never "0 %": nothing is that certain.
pub(super) fn percent(probability: f64) -> String {
    let percent = (probability * 100.0).round();
    if percent >= 100.0 {
        "> 99 %".to_owned()
    } else if percent >= 1.0 {
        format!("{percent:.0} %")
    } else {
        "< 1 %".to_owned()
    }
}

/// A duration in seconds: `0.4 ms`, `12 ms`, `5.0 s`, `31 s`, `10 min`.
pub(super) fn duration(seconds: f64) -> String {
    spelled(seconds, 1)
}

/// The same with one more digit below ten seconds, for points in time: `5.01 s`.
pub(super) fn moment(seconds: f64) -> String {
    spelled(seconds, 2)
}

fn spelled(seconds: f64, digits: usize) -> String {
    // What a case file says may be nonsense; it must still be shown.
    if !seconds.is_finite() || seconds < 0.0 {
        return "?".to_owned();
    }
    let ms = seconds * 1000.0;
    if ms < 9.95 {
        format!("{ms:.1} ms")
    } else if ms < 999.5 {
        format!("{ms:.0} ms")
    } else if seconds < 9.995 {
        let short = format!("{seconds:.digits$} s");
        // Rounding may bring it to ten, which is written without decimals.
        if short.starts_with("10") { "10 s".to_owned() } else { short }
    } else if seconds < 599.5 {
        format!("{seconds:.0} s")
    } else {
        format!("{:.0} min", seconds / 60.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certainty_is_never_claimed() {
        for (probability, expected) in [
            (1.0, "> 99 %"),
            (0.995, "> 99 %"),
            (0.991, "99 %"),
            (0.5, "50 %"),
            (0.0051, "1 %"),
            (0.0, "< 1 %"),
            (f64::NAN, "< 1 %"),
        ] {
            assert_eq!(percent(probability), expected);
        }
    }

    #[test]
    fn times_have_as_many_digits_as_help() {
        for (seconds, expected) in [
            (f64::NAN, "?"),
            (-1.0, "?"),
            (0.0, "0.0 ms"),
            (0.000_42, "0.4 ms"),
            (0.00996, "10 ms"),
            (0.25, "250 ms"),
            (0.9996, "1.0 s"),
            (5.04, "5.0 s"),
            (9.96, "10 s"),
            (131.4, "131 s"),
            (3600.0, "60 min"),
        ] {
            assert_eq!(duration(seconds), expected);
        }
        assert_eq!(moment(5.013), "5.01 s");
        assert_eq!(moment(9.997), "10 s");
    }
}
