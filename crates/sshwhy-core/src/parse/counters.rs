//! Counters that the kernel keeps for each processor: `/proc/net/stat/nf_conntrack`, which is what
//! `conntrack -S` shows. Those of TCP and IP are read by [`super::proc_net::Counters`].

use std::collections::BTreeMap;

/// More columns or processors than any kernel has.
const MAX: usize = 8192;

/// Reads a line of names and a line of hexadecimal numbers for each processor, and adds them up.
/// A name that a kernel does not have is absent, which is not zero.
pub fn per_processor(text: &str) -> BTreeMap<String, u64> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().take(MAX).collect();
    let mut sums = BTreeMap::new();
    for line in lines.take(MAX) {
        for (name, value) in names.iter().zip(line.split_whitespace()) {
            if let Ok(value) = u64::from_str_radix(value, 16) {
                let sum: &mut u64 = sums.entry((*name).to_owned()).or_default();
                *sum = sum.saturating_add(value);
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[(&str, u64)]) {
        let read = per_processor(text);
        let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn hostile_text() {
        check("", &[]);
        check("drop", &[]);
        check("\n1 2 3\n", &[]);
        check("drop drop\n1 2\n", &[("drop", 3)]);
        check("a b\nzz 1 7\n-1 f\n", &[("b", 16)]);
        check("a\nffffffffffffffff\nffffffffffffffff\n11111111111111111\n", &[("a", u64::MAX)]);
    }

    #[test]
    fn two_processors_of_linux_6_18() {
        let text = "entries  clashres found new invalid ignore delete chainlength insert \
                    insert_failed drop early_drop icmp_error  expect_new expect_create \
                    expect_delete search_restart\n\
                    00000002  00000000 00000001 00000000 0000000a 00000000 00000000 00000000 \
                    00000000 00000000 00000003 00000000 00000000  00000000 00000000 00000000 \
                    00000000\n\
                    00000002  00000000 00000000 00000000 00000001 00000000 00000000 00000000 \
                    00000000 00000000 00000010 00000000 00000000  00000000 00000000 00000000 \
                    00000000\n";
        let read = per_processor(text);
        assert_eq!((read.len(), read["drop"], read["invalid"]), (17, 19, 11));
        assert_eq!(read["early_drop"], 0);
    }

    proptest! {
        #[test]
        fn never_panics(text in "([a-z]{0,4} {0,2}){0,4}\n(([0-9a-fx-]{0,20} ){0,5}\n){0,4}") {
            per_processor(&text);
        }
    }
}
