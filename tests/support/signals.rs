//! The signals that programs inherit.

use std::sync::{Arc, Once};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

/// Restores the default behavior of the signals that end a program, for every program started from now on.
///
/// A shell starts background jobs, perhaps these tests, with such signals ignored, and their programs would inherit that. A
/// signal with a handler is back at its default in a new program, so each ignored signal gets a handler. The others get none,
/// because it would keep Ctrl-C from ending the tests.
pub fn restore_defaults() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
            if is_in_mask(&status, "SigIgn", signal) {
                signal_hook::flag::register(signal, Arc::default()).expect("a signal handler");
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
