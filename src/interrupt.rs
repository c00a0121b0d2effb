//! Ctrl-C and the signals that ask a program to end.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::Poll;

use crate::error::Error;

/// How much is under way that is not to be abandoned.
static UNABANDONED: AtomicUsize = AtomicUsize::new(0);

/// Whether a signal has come. The runtime tells of it once it gets its turn; this is known at once.
static HAS_COME: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Whether the program was asked to stop.
pub fn has_come() -> bool {
    HAS_COME.load(Ordering::Relaxed)
}

/// While this exists, the work that made it goes on after a first signal: what would be left behind could not be mended.
pub struct Unabandoned(());

impl Unabandoned {
    /// Begins what has to be brought to its end.
    pub fn begin() -> Self {
        UNABANDONED.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Unabandoned {
    fn drop(&mut self) {
        UNABANDONED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Listens for signals that ask the program to stop. While this exists, they end nothing by themselves.
pub struct Interrupts {
    #[cfg(unix)]
    signals: Vec<tokio::signal::unix::Signal>,
    #[cfg(windows)]
    signals: tokio::signal::windows::CtrlC,
}

impl Interrupts {
    /// Begins to listen. Must be called on the runtime.
    pub fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        let signals = {
            use tokio::signal::unix::{SignalKind, signal};
            // Heard and forgotten: writing to a file that may not grow any more is then an error, and no longer the program's end.
            drop(signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?);
            let ignored = ignored();
            let is_heard = |kind: &SignalKind| ignored & (1 << (kind.as_raw_value() - 1)) == 0;
            let asking_to_stop = [
                SignalKind::interrupt(),
                SignalKind::terminate(),
                SignalKind::hangup(),
                SignalKind::quit(),
            ];
            let listen = |kind: SignalKind| {
                signal_hook::flag::register(kind.as_raw_value(), Arc::clone(&HAS_COME))?;
                signal(kind)
            };
            let heard = asking_to_stop.into_iter().filter(is_heard);
            heard.map(listen).collect::<Result<_, _>>()?
        };
        #[cfg(windows)]
        let signals = tokio::signal::windows::ctrl_c()?;
        Ok(Self { signals })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        poll_fn(|context| {
            let is_heard = self
                .signals
                .iter_mut()
                .any(|signal| signal.poll_recv(context).is_ready());
            if is_heard { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        #[cfg(windows)]
        self.signals.recv().await;
    }

    /// Does work that may be abandoned at any point, but for what is [`Unabandoned`] in it: a second signal ends even that. Where a
    /// signal comes first, the error says `otherwise`: what was left undone.
    pub async fn or_cancel<T>(
        &mut self,
        otherwise: &'static str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let mut work = pin!(work);
        tokio::select! {
            // A signal that came before the work began must keep it from beginning.
            biased;
            () = self.next() => {}
            result = &mut work => return result,
        }
        let is_abandoned = || UNABANDONED.load(Ordering::Relaxed) == 0;
        let rest = poll_fn(|context| {
            if is_abandoned() {
                return Poll::Ready(None);
            }
            match work.as_mut().poll(context) {
                Poll::Pending if is_abandoned() => Poll::Ready(None),
                polled => polled.map(Some),
            }
        });
        let failure = tokio::select! {
            () = self.next() => None,
            result = rest => result.and_then(Result::err),
        };
        Err(failure.unwrap_or(Error::Cancelled(otherwise)))
    }
}

/// The signals that whoever started the program wants ignored, as `nohup` does and a shell for what it runs in the background; the
/// lowest bit is signal 1. To listen to one would end that. Only Linux tells.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}
