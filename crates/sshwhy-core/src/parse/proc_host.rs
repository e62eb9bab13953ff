//! How a host fares: `/proc/meminfo`, `/proc/loadavg`, `/proc/pressure/*`, `/proc/PID/limits`,
//! `/proc/sys/fs/file-nr` (proc(5), Linux `Documentation/accounting/psi.rst`).

/// `/proc/meminfo`, in bytes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Memory {
    /// All that there is.
    pub total: u64,
    /// What could be had without swapping (`MemAvailable`, since Linux 3.14).
    pub available: u64,
    /// Free swap space.
    pub swap_free: u64,
}

/// Reads it; `None` when it lacks the total or what is available.
pub fn memory(text: &str) -> Option<Memory> {
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
    };
    Some(Memory {
        total: value("MemTotal")?,
        available: value("MemAvailable")?,
        swap_free: value("SwapFree").unwrap_or(0),
    })
}

/// `/proc/loadavg`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Tasks that ran or waited for a device, on average over a minute.
    pub minute: f64,
    /// Tasks that run or could run at this moment.
    pub running: u64,
    /// All tasks, threads counted.
    pub tasks: u64,
}

/// Reads it: `0.20 0.18 0.12 1/80 11206`.
pub fn load(text: &str) -> Option<Load> {
    let mut words = text.split_whitespace();
    let minute = words.next()?.parse::<f64>().ok().filter(|load| load.is_finite())?;
    let (running, tasks) = words.nth(2)?.split_once('/')?;
    Some(Load { minute, running: running.parse().ok()?, tasks: tasks.parse().ok()? })
}

/// A file of `/proc/pressure`: percent of the time in which tasks waited for something.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pressure {
    /// Some task waited, in the last ten seconds.
    pub some_ten: f64,
    /// Some task waited, in the last minute.
    pub some_minute: f64,
    /// All tasks that had something to do waited, in the last ten seconds.
    pub full_ten: f64,
}

/// Reads it; the line `full` is missing for the processor on kernels before 5.13.
pub fn pressure(text: &str) -> Option<Pressure> {
    let value = |kind: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(' '))?;
        let mut pairs = line.split_whitespace().filter_map(|word| word.split_once('='));
        let value: f64 = pairs.find(|(n, _)| *n == name)?.1.parse().ok()?;
        value.is_finite().then_some(value)
    };
    Some(Pressure {
        some_ten: value("some", "avg10")?,
        some_minute: value("some", "avg60")?,
        full_ten: value("full", "avg10").unwrap_or(0.0),
    })
}

/// The soft limit of `/proc/PID/limits` by its name, such as `Max open files`; `None` when there
/// is none of that name or it is unlimited.
pub fn soft_limit(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// `/proc/sys/fs/file-nr`: descriptors in use and their limit.
pub fn file_descriptors(text: &str) -> Option<(u64, u64)> {
    let mut words = text.split_whitespace().map(str::parse::<u64>);
    let (Some(Ok(used)), Some(Ok(free)), Some(Ok(most))) =
        (words.next(), words.next(), words.next())
    else {
        return None;
    };
    Some((used.saturating_sub(free), most))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_text() {
        assert_eq!(memory(""), None);
        assert_eq!(memory("MemTotal:\nMemAvailable: 1 kB\n"), None);
        assert_eq!(memory("MemTotal: 18446744073709551615 kB\nMemAvailable: 1 kB\n"), None);
        for text in ["", "nan 0 0 1/2 3", "inf 0 0 1/2", "0.1 0 0 1", "1 1 1 -1/2"] {
            assert_eq!(load(text), None, "{text:?}");
        }
        for text in ["", "some", "some avg10=inf avg60=1", "some avg10=1", "full avg10=1 avg60=1"] {
            assert_eq!(pressure(text), None, "{text:?}");
        }
        for text in ["", "1", "1 2", "a 0 3", "1 0 -3"] {
            assert_eq!(file_descriptors(text), None, "{text:?}");
        }
        assert_eq!(soft_limit("", "Max open files"), None);
        assert_eq!(soft_limit("Max open files unlimited unlimited", "Max open files"), None);
    }

    #[test]
    fn a_machine() {
        let text = "MemTotal:        8000000 kB\nMemFree:    1 kB\nMemAvailable: 7000000 kB\n\
                    SwapTotal: 0 kB\nSwapFree:              0 kB\n";
        let expected = Memory { total: 8_192_000_000, available: 7_168_000_000, swap_free: 0 };
        assert_eq!(memory(text), Some(expected));
        let expected = Load { minute: 4.37, running: 3, tasks: 160 };
        assert_eq!(load("4.37 2.81 1.82 3/160 28231\n"), Some(expected));
        let text = "some avg10=23.51 avg60=55.04 avg300=34.75 total=353581218\n\
                    full avg10=0.86 avg60=0.97 avg300=0.42 total=10704698\n";
        let expected = Pressure { some_ten: 23.51, some_minute: 55.04, full_ten: 0.86 };
        assert_eq!(pressure(text), Some(expected));
        let text = "Limit                     Soft Limit           Hard Limit           Units     \n\
                    Max open files            1024                 524288               files     \n";
        assert_eq!(soft_limit(text, "Max open files"), Some(1024));
        assert_eq!(
            file_descriptors("1184\t0\t9223372036854775807\n"),
            Some((1184, i64::MAX as u64))
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "((MemTotal:|some|full|Max open files|[0-9]+)? ?[a-z0-9=./ -]{0,30}\n){0,5}") {
            memory(&text);
            load(&text);
            pressure(&text);
            soft_limit(&text, "Max open files");
            file_descriptors(&text);
        }
    }
}
