//! Ctrl-C and the signals that ask a program to end.

use crate::error::Error;

/// Listens for signals that ask the program to stop. While this exists, they end nothing by themselves.
pub struct Interrupts {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
    #[cfg(windows)]
    signals: tokio::signal::windows::CtrlC,
}

impl Interrupts {
    /// Begins to listen. Must be called on the runtime.
    pub fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        let signals = {
            use tokio::signal::unix::{SignalKind, signal};
            // Heard and forgotten: writing to a file that may not grow any more is then an error, and no longer the end of the program.
            drop(signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?);
            [
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
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
            let [interrupt, terminate, hangup] = &mut self.signals;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
        }
        #[cfg(windows)]
        self.signals.recv().await;
    }

    /// Does work that may be abandoned at any point. Where a signal comes first, the error says `otherwise`: what was left undone.
    pub async fn or_cancel<T>(
        &mut self,
        otherwise: &'static str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::select! {
            // A signal that came before the work began must keep it from beginning.
            biased;
            () = self.next() => Err(Error::Cancelled(otherwise)),
            result = work => result,
        }
    }
}
