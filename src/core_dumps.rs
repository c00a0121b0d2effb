//! Disables core dumps, so that a crash does not write the API key to disk.

#[cfg(unix)]
use std::sync::OnceLock;

#[cfg(unix)]
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

#[cfg(unix)]
static LIMIT_AT_START: OnceLock<Rlimit> = OnceLock::new();

/// Ignores errors, because there is no fallback.
pub fn disable() {
    #[cfg(unix)]
    {
        let limit = LIMIT_AT_START.get_or_init(|| getrlimit(Resource::Core));
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: limit.maximum });
    }
    // Linux ignores the limit if it pipes core dumps to a program. A program that this process starts can be dumped again.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Starts a child process with the limit that this process was started with.
#[cfg(unix)]
pub fn with_limit_at_start<T>(start: impl FnOnce() -> T) -> T {
    if let Some(limit) = LIMIT_AT_START.get() {
        let _ = setrlimit(Resource::Core, *limit);
    }
    let child = start();
    disable();
    child
}
