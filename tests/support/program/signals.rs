//! The signals that programs are started with.

use std::sync::Once;

use tokio::signal::unix::{SignalKind, signal};

/// Lets the signals that ask for an end reach every program started from now on, also where the tests were started with them
/// ignored, as a shell does for what it runs in the background: the program honours that, and would be ended by none.
///
/// What is ignored stays so in a new program; what is listened to is back at its default there. Only what was ignored is listened
/// to: anything else would keep Ctrl-C from ending the tests.
pub fn back_at_their_defaults() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime to listen on");
        let _on_it = runtime.enter();
        for kind in [
            SignalKind::hangup(),
            SignalKind::interrupt(),
            SignalKind::quit(),
            SignalKind::terminate(),
        ] {
            if is_in_mask(&status, "SigIgn", kind.as_raw_value()) {
                // Heard and forgotten, for as long as this process lives.
                drop(signal(kind).expect("a signal to listen to"));
            }
        }
    });
}

/// Whether a signal is in a mask of `/proc/PID/status`: in `SigIgn` are those ignored. Nowhere but on Linux is it told.
pub fn is_in_mask(status: &str, mask: &str, signal: i32) -> bool {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix(mask)?.strip_prefix(':'));
    let signals = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    signals.is_some_and(|signals| signals & (1 << (signal - 1)) != 0)
}
