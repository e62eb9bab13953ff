use super::*;

const GIB: u64 = 1 << 30;

/// A build machine at work, as measured: load 4.37 on two processors, a disk of which much is used.
fn sound() -> Facts {
    let pressure = |some, full| Pressure { some_ten: some, some_minute: some, full_ten: full };
    Facts {
        memory: Some(Memory { total: 8 * GIB, available: GIB, swap_free: 0 }),
        memory_pressure: Some(pressure(5.0, 1.0)),
        processor_pressure: Some(pressure(99.9, 0.0)),
        load: Some(Load { minute: 12.0, running: 13, tasks: 400 }),
        processors: 2,
        file_systems: vec![FileSystem {
            path: "/".to_owned(),
            total: 100 * GIB,
            free: GIB / 4,
            nodes: 1000,
            free_nodes: 10,
            read_only: false,
        }],
        usages: vec![Usage {
            what: "descriptors of sshd".to_owned(),
            source: "/proc/812/limits".to_owned(),
            used: 5,
            limit: 1024,
            needs: 5,
        }],
    }
}

fn check(change: impl Fn(&mut Facts), answer: ServerHealth, text: &str) {
    let mut facts = sound();
    change(&mut facts);
    let judged = judge(&facts).unwrap();
    assert_eq!((judged.answer, judged.text.as_str()), (answer, text), "{judged:?}");
}

fn is_well(change: impl Fn(&mut Facts)) {
    let mut facts = sound();
    change(&mut facts);
    assert_eq!(judge(&facts).unwrap().answer, ServerHealth::Well, "{facts:?}");
}

#[test]
fn a_machine_at_work_is_well() {
    let text = "load 12 on 2 processors, 1024 MiB of 8192 MiB memory available, \
                256 MiB free on /, 5 of 1024 descriptors of sshd";
    check(|_| (), ServerHealth::Well, text);
    assert_eq!(judge(&Facts::default()), None);
    // Load without waiting for processors: a dead file server.
    is_well(|f| {
        f.load = Some(Load { minute: 900.0, running: 1, tasks: 2000 });
        f.processor_pressure = Some(Pressure { some_ten: 2.0, some_minute: 2.0, full_ten: 0.0 });
    });
    // A kernel that does not tell of pressure.
    is_well(|f| {
        f.load = Some(Load { minute: 900.0, running: 900, tasks: 2000 });
        f.processor_pressure = None;
    });
    is_well(|f| f.processors = 0);
    // A small router, and swap where memory is short.
    is_well(|f| f.memory = Some(Memory { total: 64 << 20, available: 4 << 20, swap_free: 0 }));
    is_well(|f| f.memory = Some(Memory { total: GIB, available: 1 << 20, swap_free: GIB }));
    // A read-only image is full, and btrfs has no number of inodes.
    is_well(|f| (f.file_systems[0].free, f.file_systems[0].read_only) = (0, true));
    is_well(|f| (f.file_systems[0].nodes, f.file_systems[0].free_nodes) = (0, 0));
    is_well(|f| (f.file_systems[0].total, f.file_systems[0].free) = (0, 0));
    is_well(|f| (f.usages[0].used, f.usages[0].limit) = (1019, 1024));
    is_well(|f| (f.usages[0].used, f.usages[0].limit) = (7, u64::MAX));
}

#[test]
fn what_is_exhausted() {
    let text = "1020 of 1024 descriptors of sshd";
    check(|f| f.usages[0].used = 1020, ServerHealth::OutOfDescriptors, text);
    let text = "2 MiB of 8192 MiB memory available, no swap left";
    let short = Some(Memory { total: 8 * GIB, available: 2 << 20, swap_free: 0 });
    check(|f| f.memory = short, ServerHealth::OutOfMemory, text);
    let text = "all tasks waited for memory in 75.5 % of ten seconds";
    let thrashes = Some(Pressure { some_ten: 99.0, some_minute: 99.0, full_ten: 75.5 });
    check(|f| f.memory_pressure = thrashes, ServerHealth::OutOfMemory, text);
    let text = "4 KiB of 100 GiB free on /";
    check(|f| f.file_systems[0].free = 4096, ServerHealth::DiskFull, text);
    let text = "0 of 1000 inodes free on /";
    check(|f| f.file_systems[0].free_nodes = 0, ServerHealth::DiskFull, text);
    let text = "80 tasks are ready to run on 2 processors, load 77.5, \
                and tasks waited in 99.9 % of a minute";
    let many = Some(Load { minute: 77.5, running: 80, tasks: 400 });
    check(|f| f.load = many, ServerHealth::Busy, text);
}
