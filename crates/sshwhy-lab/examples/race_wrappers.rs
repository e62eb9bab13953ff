//! How long we and tcpdmatch take to judge one client by 100,000 lines.
#![allow(clippy::print_stdout, reason = "it prints what it measures")]

fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("wrappers-race-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let times = sshwhy_lab::differential::wrappers::race(&folder, 100_000);
    std::fs::remove_dir_all(&folder)?;
    let (ours, theirs) = times?;
    println!("ours {ours:?}, tcpdmatch {theirs:?}");
    Ok(())
}
