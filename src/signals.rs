//! Handles Ctrl-C and the other signals that ask a program to end.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
#[cfg(unix)]
use std::iter;
use std::pin::pin;
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::{Arc, atomic::AtomicBool};
use std::task::{Context, Poll};

#[cfg(unix)]
use signal_hook::{
    consts::{
        SIGALRM, SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGWINCH, SIGXFSZ,
    },
    iterator::{backend::SignalDelivery, exfiltrator::WithOrigin},
};
#[cfg(unix)]
use tokio::{io::Interest, net::UnixStream};

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

/// A signal that has arrived.
#[cfg(unix)]
#[derive(Debug, Clone, Copy)]
pub struct Received {
    pub signal: i32,
    /// Process that sent the signal. `None` if the system did, for example because the user pressed Ctrl-C.
    pub sender: Option<i32>,
}

/// Receives signals. Which ones depends on the constructor.
pub struct Signals {
    #[cfg(unix)]
    delivery: Option<RefCell<SignalDelivery<UnixStream, WithOrigin>>>,
    #[cfg(windows)]
    ctrl_c: Option<RefCell<tokio::signal::windows::CtrlC>>,
    is_held: Cell<bool>,
}

/// Delays signals: [`Signals::next`] returns none while this guard exists.
#[must_use]
pub struct Hold<'a> {
    is_held: &'a Cell<bool>,
    was_held: bool,
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.is_held.set(self.was_held);
    }
}

#[cfg(unix)]
impl Signals {
    /// Receives SIGINT, SIGTERM, SIGHUP and SIGQUIT. The first signal does not end the program, so that a command can clean up. The
    /// second one ends it at once. Must be called on the runtime.
    pub fn listen() -> io::Result<Self> {
        let was_received = Arc::new(AtomicBool::new(false));
        Self::receive([SIGINT, SIGTERM, SIGHUP, SIGQUIT], |signal| {
            // The order matters: at the first signal, the default action finds the flag unset and is skipped.
            if is_first_process() {
                signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&was_received))?;
            } else {
                signal_hook::flag::register_conditional_default(signal, Arc::clone(&was_received))?;
            }
            signal_hook::flag::register(signal, Arc::clone(&was_received)).map(drop)
        })
    }

    /// Receives the same signals as [`Self::listen`], and others that would end the program. None of them does, however often it
    /// arrives. Must be called on the runtime.
    pub fn listen_until_end() -> io::Result<Self> {
        Self::receive([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM], |_| Ok(()))
    }

    /// Receives no signal. For work that a signal must not interrupt.
    pub fn none() -> Self {
        Self { delivery: None, is_held: Cell::new(false) }
    }

    fn receive<const COUNT: usize>(signals: [i32; COUNT], prepare: impl Fn(i32) -> io::Result<()>) -> io::Result<Self> {
        let (read, write) = UnixStream::pair()?;
        let delivery = SignalDelivery::with_pipe(read, write.into_std()?, WithOrigin::default(), iter::empty::<i32>())?;
        for signal in signals.into_iter().filter(|&signal| !is_ignored_at_start(signal)) {
            prepare(signal)?;
            delivery.handle().add_signal(signal)?;
        }
        Ok(Self { delivery: Some(RefCell::new(delivery)), is_held: Cell::new(false) })
    }

    /// From now on, also receives the signals that a process with a child at a terminal must handle.
    pub fn listen_for_child(&self) -> io::Result<()> {
        let Some(delivery) = &self.delivery else {
            return Ok(());
        };
        for signal in [SIGTSTP, SIGCONT, SIGWINCH, SIGCHLD] {
            // If SIGCHLD stayed ignored, the system would discard the exit code of the child.
            if signal == SIGCHLD || !is_ignored_at_start(signal) {
                delivery.borrow_mut().handle().add_signal(signal)?;
            }
        }
        Ok(())
    }

    /// Returns a signal that has already arrived.
    pub fn arrived(&self) -> Option<Received> {
        let origin = self.delivery.as_ref()?.borrow_mut().pending().next()?;
        Some(Received { signal: origin.signal, sender: origin.process.map(|process| process.pid) })
    }

    /// Waits for a signal.
    pub async fn received(&self) -> Received {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Received> {
        loop {
            if let Some(received) = self.arrived() {
                return Poll::Ready(received);
            }
            let Some(delivery) = &self.delivery else {
                return Poll::Pending;
            };
            let delivery = delivery.borrow();
            let pipe = delivery.get_read();
            let Poll::Ready(Ok(())) = pipe.poll_read_ready(context) else {
                return Poll::Pending;
            };
            // `arrived` reads from the pipe without the runtime, which must learn that the pipe is empty.
            let _ = pipe.try_io(Interest::READABLE, || Err::<(), _>(io::ErrorKind::WouldBlock.into()));
        }
    }

    fn poll_interrupted(&self, context: &mut Context<'_>) -> Poll<Interrupted> {
        loop {
            match self.poll(context) {
                Poll::Ready(Received { signal: SIGTSTP | SIGCONT | SIGWINCH | SIGCHLD, .. }) => {}
                received => return received.map(|received| Interrupted(received.signal)),
            }
        }
    }
}

#[cfg(windows)]
impl Signals {
    /// Receives Ctrl-C. Must be called on the runtime.
    pub fn listen() -> io::Result<Self> {
        let ctrl_c = Some(RefCell::new(tokio::signal::windows::ctrl_c()?));
        Ok(Self { ctrl_c, is_held: Cell::new(false) })
    }

    pub fn listen_until_end() -> io::Result<Self> {
        Self::listen()
    }

    /// Receives no signal. For work that a signal must not interrupt.
    pub fn none() -> Self {
        Self { ctrl_c: None, is_held: Cell::new(false) }
    }

    fn poll_interrupted(&self, context: &mut Context<'_>) -> Poll<Interrupted> {
        match &self.ctrl_c {
            Some(ctrl_c) => ctrl_c.borrow_mut().poll_recv(context).map(|_| Interrupted(2)),
            None => Poll::Pending,
        }
    }
}

impl Signals {
    /// Waits for a signal that asks the program to end.
    pub async fn next(&self) -> Interrupted {
        poll_fn(|context| if self.is_held.get() { Poll::Pending } else { self.poll_interrupted(context) }).await
    }

    /// Only the task that waits for signals may hold the guard, because dropping it wakes no task.
    pub fn hold(&self) -> Hold<'_> {
        Hold { is_held: &self.is_held, was_held: self.is_held.replace(true) }
    }

    /// Returns `true` while a guard of [`Self::hold`] exists.
    pub fn is_held(&self) -> bool {
        self.is_held.get()
    }

    /// Runs `work` until it finishes or a signal arrives. On a signal, drops `work` and returns [`Interrupted`].
    pub async fn until_interrupt<T>(&self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        let work = pin!(work);
        tokio::select! {
            // A signal that arrived earlier must keep the work from starting.
            biased;
            interrupted = self.next() => Err(interrupted),
            result = work => Ok(result),
        }
    }

    /// As [`Self::until_interrupt`], for work that can fail.
    pub async fn or_interrupt<T, E: Into<anyhow::Error>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> anyhow::Result<T> {
        // A reference, so that the future does not contain the work twice.
        self.until_interrupt(pin!(work)).await?.map_err(Into::into)
    }
}

/// Makes writing to a file fail when it reaches its size limit. Without a handler, the signal would end the program.
pub fn survive_file_size_limit() {
    // An error leaves the default, which is safe.
    #[cfg(unix)]
    if !is_ignored_at_start(SIGXFSZ) {
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    }
}

/// Calls `before` when SIGTSTP arrives and before it stops the program, and `after` when the program was stopped, by any signal, and
/// continues. Does nothing if the parent process ignores SIGTSTP. Must be called on the runtime.
#[cfg(unix)]
pub fn on_suspend(before: impl Fn() + Send + 'static, after: impl Fn() + Send + 'static) -> io::Result<()> {
    use rustix::process::{getpgrp, getsid};
    use tokio::signal::unix::{SignalKind, signal};
    if is_ignored_at_start(SIGTSTP) {
        return Ok(());
    }
    let (mut stop, mut cont) = (signal(SignalKind::from_raw(SIGTSTP))?, signal(SignalKind::from_raw(SIGCONT))?);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                Some(()) = stop.recv() => {
                    // Without a shell that controls jobs, nothing could continue the program.
                    if getsid(None).is_ok_and(|session| session != getpgrp()) {
                        before();
                        let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
                    }
                }
                Some(()) = cont.recv() => after(),
                else => break,
            }
        }
    });
    Ok(())
}

/// Leaves the signals of [`on_suspend`] to the other threads. If this one waits for a key in dialoguer, handling them here would
/// interrupt the wait, which dialoguer takes for Ctrl-C.
#[cfg(unix)]
pub fn block_suspend() {
    use nix::sys::signal::{SigSet, Signal};
    let _ = SigSet::from_iter([Signal::SIGTSTP, Signal::SIGCONT]).thread_block();
}

#[cfg(not(unix))]
pub fn block_suspend() {}

/// Returns `true` for the first process of a container. The default action of a signal does not end it.
#[cfg(unix)]
fn is_first_process() -> bool {
    std::process::id() == 1
}

/// Mask of the signals that the parent process has set to be ignored, as `nohup` does. The lowest bit is signal 1. The mask is read
/// before `main`, because the standard library then ignores SIGPIPE. Only Linux reports the mask.
#[cfg(target_os = "linux")]
#[static_init::dynamic]
static IGNORED_AT_START: u64 = {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
};

/// Returns `true` if the parent process has set the signal to be ignored. A handler for such a signal would end the program against
/// the user's will.
#[cfg(unix)]
pub fn is_ignored_at_start(signal: i32) -> bool {
    #[cfg(target_os = "linux")]
    let mask = *IGNORED_AT_START;
    #[cfg(not(target_os = "linux"))]
    let mask = 0_u64;
    mask & (1 << (signal - 1)) != 0
}
