//! The signals that programs inherit.

use std::sync::Once;

use tokio::signal::unix::{SignalKind, signal};

/// Restores the default behavior of the signals that end a program, for every program started from now on.
///
/// A shell starts background jobs, perhaps these tests, with such signals ignored. Their programs would inherit that and could
/// not be ended by a test. A signal with a handler is back at its default in a new program, so each signal that is ignored gets a
/// handler. The others get none, because it would keep Ctrl-C from ending the tests.
pub fn restore_defaults() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let _guard = runtime.enter();
        for kind in [SignalKind::hangup(), SignalKind::interrupt(), SignalKind::quit(), SignalKind::terminate()] {
            if is_in_mask(&status, "SigIgn", kind.as_raw_value()) {
                // The handler stays installed after the drop.
                drop(signal(kind).expect("a signal handler"));
            }
        }
    });
}

/// Whether a signal is in a mask of `/proc/PID/status`, which exists only on Linux; `SigIgn` has the ignored ones.
pub fn is_in_mask(status: &str, mask: &str, signal: i32) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix(mask)?.strip_prefix(':'));
    let signals = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    signals.is_some_and(|signals| signals & (1 << (signal - 1)) != 0)
}
