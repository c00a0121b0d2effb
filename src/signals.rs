//! Handles Ctrl-C and the other signals that ask a program to end.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::{Arc, atomic::AtomicBool};
use std::task::{self, Poll};

use tokio::task::yield_now;

/// The error of a command that a signal ended. The program cleans up and then dies by the same signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("interrupted by signal {0}")]
pub struct Interrupted(i32);

impl Interrupted {
    /// Ends the program as the signal would have, so that a shell or a CI runner sees the signal. Returns only if the system does
    /// not let the signal end the program.
    pub fn die(self) -> ExitCode {
        #[cfg(unix)]
        if !is_first_process() {
            let _ = signal_hook::low_level::emulate_default_handler(self.0);
        }
        ExitCode::from(128_u8.saturating_add(u8::try_from(self.0).unwrap_or(0)))
    }
}

/// Receives SIGINT, SIGTERM, SIGHUP and SIGQUIT (on Windows: Ctrl-C).
///
/// The first signal does not end the program, so that a command can clean up. The second one ends it at once.
pub struct Signals {
    #[cfg(unix)]
    streams: RefCell<Vec<(i32, tokio::signal::unix::Signal)>>,
    #[cfg(windows)]
    ctrl_c: RefCell<tokio::signal::windows::CtrlC>,
    is_held: Cell<bool>,
}

/// Work that the first signal must not interrupt. Dropping the guard delivers a signal that has arrived.
#[must_use]
pub struct Hold<'a>(&'a Cell<bool>);

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Signals {
    /// Must be called on the runtime.
    #[cfg(unix)]
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let ignored = ignored_at_startup();
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup(), SignalKind::quit()];
        let was_received = Arc::new(AtomicBool::new(false));
        let mut streams = Vec::new();
        for kind in kinds {
            let number = kind.as_raw_value();
            if ignored & (1 << (number - 1)) == 0 {
                // The order matters: at the first signal, the default action finds the flag unset and is skipped.
                if is_first_process() {
                    signal_hook::flag::register_conditional_shutdown(number, 128 + number, Arc::clone(&was_received))?;
                } else {
                    signal_hook::flag::register_conditional_default(number, Arc::clone(&was_received))?;
                }
                signal_hook::flag::register(number, Arc::clone(&was_received))?;
                streams.push((number, signal(kind)?));
            }
        }
        Ok(Self { streams: RefCell::new(streams), is_held: Cell::new(false) })
    }

    /// Must be called on the runtime.
    #[cfg(windows)]
    pub fn listen() -> io::Result<Self> {
        let ctrl_c = RefCell::new(tokio::signal::windows::ctrl_c()?);
        Ok(Self { ctrl_c, is_held: Cell::new(false) })
    }

    /// Waits for a signal.
    pub async fn next(&self) -> Interrupted {
        poll_fn(|context| if self.is_held.get() { Poll::Pending } else { self.poll_next(context) }).await
    }

    /// Makes [`Self::next`] wait until the guard is dropped. Must be called by a task that also waits for signals.
    pub fn hold(&self) -> Hold<'_> {
        self.is_held.set(true);
        Hold(&self.is_held)
    }

    #[cfg(unix)]
    fn poll_next(&self, context: &mut task::Context<'_>) -> Poll<Interrupted> {
        for (number, stream) in self.streams.borrow_mut().iter_mut() {
            if stream.poll_recv(context).is_ready() {
                return Poll::Ready(Interrupted(*number));
            }
        }
        Poll::Pending
    }

    #[cfg(windows)]
    fn poll_next(&self, context: &mut task::Context<'_>) -> Poll<Interrupted> {
        self.ctrl_c.borrow_mut().poll_recv(context).map(|_| Interrupted(2))
    }

    /// Runs `work` until it finishes or a signal arrives. On a signal, drops `work` and returns [`Interrupted`].
    pub async fn or_interrupt<T, E: Into<anyhow::Error>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> anyhow::Result<T> {
        let work = pin!(async {
            // The runtime sees a signal that arrived earlier only now.
            yield_now().await;
            work.await
        });
        tokio::select! {
            // A signal that arrived earlier must keep the work from starting.
            biased;
            interrupted = self.next() => Err(interrupted.into()),
            result = work => result.map_err(Into::into),
        }
    }
}

/// Makes writing to a file fail when it reaches its size limit. Without a handler, the signal would end the program.
pub fn survive_file_size_limit() {
    // An error leaves the default, which is safe.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(rustix::process::Signal::XFSZ.as_raw(), Arc::default());
}

/// Returns `true` for the first process of a container. The default action of a signal does not end it.
#[cfg(unix)]
fn is_first_process() -> bool {
    std::process::id() == 1
}

/// Returns a mask of the signals that the parent process has set to be ignored, as `nohup` does. The lowest bit is signal 1. A
/// handler for such a signal would end the program against the user's will. Only Linux reports the mask.
#[cfg(unix)]
fn ignored_at_startup() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}
