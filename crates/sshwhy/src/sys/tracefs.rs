//! The kernel's trace of events (Linux `Documentation/trace/ftrace.rst`), in an instance of our own: what others trace stays as
//! it is.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

/// Where it is mounted, on systems of today and of yesterday.
const ROOTS: [&str; 2] = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/// Our instances are called so, with the number of the process and the time that it started.
const PREFIX: &str = "sshwhy-";

/// An instance. It goes with this value; after a kill, the next run takes it away ([`remove_stale`]).
#[derive(Debug)]
pub struct Instance {
    path: PathBuf,
    pipe: File,
    /// What was read of a line that has not ended.
    rest: Vec<u8>,
}

/// The trace's folder. Where nobody has mounted it, it is mounted for the calling thread alone, which nobody else sees and which
/// ends with the thread.
///
/// # Errors
///
/// When the kernel has none, or we may not.
pub fn root() -> io::Result<PathBuf> {
    let mounted = ROOTS.iter().map(PathBuf::from).find(|root| root.join("instances").is_dir());
    if let Some(root) = mounted {
        return Ok(root);
    }
    if !fs::read_to_string("/proc/filesystems")?.contains("tracefs") {
        return Err(io::Error::new(io::ErrorKind::Unsupported, "this kernel has no tracefs"));
    }
    mount_for_this_thread(c"/sys/kernel/tracing")?;
    Ok(PathBuf::from(ROOTS[0]))
}

#[expect(unsafe_code, reason = "unshare and mount are only in libc")]
fn mount_for_this_thread(at: &std::ffi::CStr) -> io::Result<()> {
    let check = |result: libc::c_int| match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    };
    // SAFETY: unshare(2) takes flags only; CLONE_NEWNS gives this thread a mount namespace of its own.
    check(unsafe { libc::unshare(libc::CLONE_NEWNS) })?;
    let private = libc::MS_REC | libc::MS_PRIVATE;
    let none = std::ptr::null();
    // SAFETY: the paths end in NUL and outlive the calls; the other pointers may be null (mount(2)).
    check(unsafe { libc::mount(c"none".as_ptr(), c"/".as_ptr(), none, private, none.cast()) })?;
    // SAFETY: as above.
    check(unsafe {
        libc::mount(c"tracefs".as_ptr(), at.as_ptr(), c"tracefs".as_ptr(), 0, none.cast())
    })
}

/// Takes away the instances of processes that are gone.
pub fn remove_stale(root: &Path) {
    let entries = fs::read_dir(root.join("instances")).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let Some(owner) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        let Some((pid, start)) = owner.split_once('-') else { continue };
        if start_of(pid).is_none_or(|own| own != start) {
            remove(&entry.path());
        }
    }
}

/// When a process started, in ticks since the boot (proc_pid_stat(5), field 22).
fn start_of(pid: &str) -> Option<String> {
    let pid: u32 = pid.parse().ok()?;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(19).map(str::to_owned)
}

fn remove(instance: &Path) {
    // Off first, so that nothing more is written; the folder goes as soon as its pipe is closed.
    let _ = fs::write(instance.join("tracing_on"), "0");
    let _ = fs::write(instance.join("set_event"), "");
    for _ in 0..20 {
        if fs::remove_dir(instance).is_ok() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

impl Instance {
    /// Makes one, in which nothing is traced yet.
    ///
    /// # Errors
    ///
    /// When we may not.
    pub fn new(root: &Path) -> io::Result<Self> {
        let pid = std::process::id().to_string();
        let start = start_of(&pid).ok_or(io::ErrorKind::NotFound)?;
        let path = root.join("instances").join(format!("{PREFIX}{pid}-{start}"));
        fs::create_dir(&path)?;
        let pipe =
            File::options().read(true).custom_flags(libc::O_NONBLOCK).open(path.join("trace_pipe"));
        match pipe {
            Ok(pipe) => Ok(Self { path, pipe, rest: Vec::new() }),
            Err(error) => {
                remove(&path);
                Err(error)
            }
        }
    }

    /// Traces an event (`tcp/tcp_send_reset`) from now on; with a filter, only where it holds.
    ///
    /// # Errors
    ///
    /// When the kernel does not know it.
    pub fn enable(&self, event: &str, filter: Option<&str>) -> io::Result<()> {
        let folder = self.path.join("events").join(event);
        if let Some(filter) = filter {
            fs::write(folder.join("filter"), filter)?;
        }
        fs::write(folder.join("enable"), "1")
    }

    /// The lines that have come since the last call.
    pub fn lines(&mut self) -> Vec<String> {
        let mut buffer = [0; 64 * 1024];
        while let Ok(count) = self.pipe.read(&mut buffer)
            && count > 0
        {
            self.rest.extend_from_slice(&buffer[..count]);
        }
        let whole = self.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines: Vec<u8> = self.rest.drain(..whole).collect();
        String::from_utf8_lossy(&lines).lines().map(str::to_owned).collect()
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = fs::write(self.path.join("tracing_on"), "0");
        // The pipe holds the folder: it is closed by putting another file in its place.
        if let Ok(other) = File::open("/dev/null") {
            self.pipe = other;
        }
        remove(&self.path);
    }
}
