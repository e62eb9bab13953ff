#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    use sshwhy_core::evaluate::server_log;
    let text = server_log::Text { file: "log", lines_before: 0, bytes: data, written: Some(0) };
    let log = server_log::Log::read(&[text], &Default::default(), i64::MIN);
    let _ = (server_log::charges(&log), server_log::recent_failures(&log, 0));
});
