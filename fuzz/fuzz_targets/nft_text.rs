#![no_main]

use sshwhy_core::evaluate::filter::nft::Filter;
use sshwhy_core::parse::nft_text::parse_nft_text;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(Ok(rules)) = parse_nft_text(&String::from_utf8_lossy(data)) {
        let _ = Filter::new(&rules);
    }
});
