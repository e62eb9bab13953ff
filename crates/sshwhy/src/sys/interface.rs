//! Network interfaces by name and number: if_indextoname(3), if_nametoindex(3).

use std::ffi::CStr;
use std::ffi::CString;

/// The name of an interface; `None` when there is none of that number.
#[expect(unsafe_code, reason = "if_indextoname is only in libc")]
pub fn name(index: u32) -> Option<String> {
    let mut name = [0_u8; libc::IF_NAMESIZE];
    // SAFETY: `name` has the IF_NAMESIZE bytes that the call wants and outlives it.
    let found = unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) };
    if found.is_null() {
        return None;
    }
    CStr::from_bytes_until_nul(&name).ok()?.to_str().ok().map(str::to_owned)
}

/// The number of an interface; `None` when there is none of that name.
#[expect(unsafe_code, reason = "if_nametoindex is only in libc")]
pub fn index(name: &str) -> Option<u32> {
    let name = CString::new(name).ok()?;
    // SAFETY: the name ends in NUL and outlives the call, which keeps no pointer.
    let index = unsafe { libc::if_nametoindex(name.as_ptr()) };
    (index != 0).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_has_a_name_and_nonsense_has_none() {
        assert_eq!(index("lo").and_then(super::name).as_deref(), Some("lo"));
        for nonsense in ["", "no such interface", "a\0b", "l"] {
            assert_eq!(index(nonsense), None, "{nonsense:?}");
        }
        assert_eq!(name(u32::MAX), None);
    }
}
