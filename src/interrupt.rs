//! Ctrl-C and the signals that ask a program to end.

use crate::error::Error;

/// Hears the user's (or the system's) wish to stop. While this exists, such a signal ends nothing by itself.
pub struct Interrupts {
    #[cfg(unix)]
    signals: [Option<tokio::signal::unix::Signal>; 3],
    #[cfg(windows)]
    signals: tokio::signal::windows::CtrlC,
}

impl Interrupts {
    /// Begins to listen. Must be called on the runtime.
    pub fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        let signals = {
            use tokio::signal::unix::{SignalKind, signal};
            // A file that may not grow is then an error of writing to it, and no end.
            drop(signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?);
            let ignored = ignored();
            let heard = |kind: SignalKind| {
                let is_ignored = ignored & (1 << (kind.as_raw_value() - 1)) != 0;
                (!is_ignored).then(|| signal(kind)).transpose()
            };
            [
                heard(SignalKind::interrupt())?,
                heard(SignalKind::terminate())?,
                heard(SignalKind::hangup())?,
            ]
        };
        #[cfg(windows)]
        let signals = tokio::signal::windows::ctrl_c()?;
        Ok(Self { signals })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        {
            let [interrupt, terminate, hangup] = self.signals.each_mut().map(|signal| async move {
                match signal {
                    Some(signal) => drop(signal.recv().await),
                    None => std::future::pending().await,
                }
            });
            tokio::select! {
                () = interrupt => {}
                () = terminate => {}
                () = hangup => {}
            }
        }
        #[cfg(windows)]
        self.signals.recv().await;
    }

    /// Does something that may be left at any point; `done` says in how far it was not done when it is.
    pub async fn or_cancel<T>(
        &mut self,
        done: &'static str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::select! {
            // A wish that came before the work began is heard before anything of it is done.
            biased;
            () = self.next() => Err(Error::Cancelled(done)),
            result = work => result,
        }
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
