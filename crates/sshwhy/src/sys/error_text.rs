//! The words for an error of the operating system, as strerror(3) and so ssh print them.

use std::io;

/// The error in words, without the number that Rust adds to it.
pub fn of(error: &io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(code) => text.replace(&format!(" (os error {code})"), ""),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_left_out() {
        let check = |error: &io::Error, expected: &str| assert_eq!(of(error), expected);
        check(&io::Error::other("odd (os error 1)"), "odd (os error 1)");
        check(&io::Error::from_raw_os_error(libc::ENETUNREACH), "Network is unreachable");
    }
}
