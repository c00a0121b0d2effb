//! The process of a command on Unix: starts it, passes signals on to it, and waits for its end.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use nix::errno::Errno;
use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, PosixSpawnFlags, posix_spawn};
use nix::sys::signal::{SigSet, Signal as NixSignal};
use rustix::process::{Pid, Signal, WaitOptions, getpgid, getpgrp, kill_process, wait};
use rustix::termios::tcgetpgrp;
use signal_hook::consts::{
    SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGSTOP, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGWINCH,
};
use signal_hook::low_level::emulate_default_handler;

use super::{Change, Ended};
use crate::core_dumps;
use crate::signals::{Received, Signals, is_ignored_at_start};

/// Number of bytes at the start of a file that tell a script from a binary.
const MAGIC_LENGTH: u64 = 128;

/// A child process in our process group: the terminal sends Ctrl-C, Ctrl-\ and Ctrl-Z to both processes.
pub struct Child {
    id: Pid,
}

enum Event {
    Stopped(i32),
    Continued,
    Ended(u8),
}

impl Child {
    /// Starts a program. `arguments` begins with its name. It gets the signal dispositions, the signal mask and the limits that
    /// this process was started with.
    pub fn start(program: &Path, arguments: &[OsString], changes: Vec<Change<'_>>) -> io::Result<Self> {
        let mut variables = BTreeMap::new();
        for (name, value) in std::env::vars_os() {
            variables.entry(name).or_insert(value);
        }
        for (name, value) in changes {
            match value {
                Some(value) => variables.insert(name.into(), value.into()),
                None => variables.remove(OsStr::new(name)),
            };
        }
        let variable = |(mut name, value): (OsString, OsString)| {
            name.push("=");
            name.push(value);
            CString::new(name.into_vec())
        };
        let variables = variables.into_iter().map(variable).collect::<Result<Vec<_>, _>>()?;
        let path = CString::new(program.as_os_str().as_bytes())?;
        let arguments = arguments.iter().map(|argument| CString::new(argument.as_bytes()));
        let mut arguments = arguments.collect::<Result<Vec<_>, _>>()?;

        let mut attributes = PosixSpawnAttr::init()?;
        attributes.set_flags(PosixSpawnFlags::POSIX_SPAWN_SETSIGDEF | PosixSpawnFlags::POSIX_SPAWN_SETSIGMASK)?;
        if !is_ignored_at_start(SIGPIPE) {
            attributes.set_sigdefault(&SigSet::from_iter([NixSignal::SIGPIPE]))?;
        }
        attributes.set_sigmask(&SigSet::thread_get_mask()?)?;
        // If SIGCHLD stayed blocked, this process would not learn that the command has ended.
        SigSet::from_iter([NixSignal::SIGCHLD]).thread_unblock()?;
        let actions = PosixSpawnFileActions::init()?;
        let spawn = |path: &CStr, arguments: &[CString]| {
            core_dumps::with_limit_at_start(|| posix_spawn(path, &actions, &attributes, arguments, &variables))
        };
        let id = match spawn(&path, &arguments) {
            // The system runs a script only if it begins with `#!`. Shells run other scripts too.
            Err(Errno::ENOEXEC) if is_script(program) => {
                arguments.splice(..1, [c"sh".to_owned(), path]);
                spawn(c"/bin/sh", &arguments)
            }
            result => result,
        }?;
        Ok(Self { id: Pid::from_raw(id.as_raw()).ok_or(io::ErrorKind::NotFound)? })
    }

    /// Waits for the end of the process, and meanwhile passes signals on to it. If Ctrl-Z stops it, stops this process too.
    pub async fn wait(self, signals: &Signals) -> Ended {
        let (mut was_interrupted, mut is_stopped, mut is_ending) = (false, false, false);
        // The terminal may have sent a signal before the process existed.
        while let Some(received) = signals.arrived() {
            was_interrupted |= asks_to_end(received.signal);
            is_ending |= matches!(received.signal, SIGTERM | SIGHUP);
            self.send(received.signal);
        }
        loop {
            let mut event = self.event();
            while let Some(happened) = event {
                is_stopped = matches!(happened, Event::Stopped(_));
                event = match happened {
                    Event::Ended(exit_code) => return Ended { exit_code, was_interrupted },
                    Event::Stopped(signal) if signal != SIGSTOP || self.is_in_foreground() => self.stop_too(signals),
                    Event::Stopped(_) | Event::Continued => None,
                }
                .or_else(|| self.event());
            }
            // A stopped process ends only after it has continued.
            if is_stopped && is_ending {
                self.send(SIGCONT);
            }
            let received = signals.received().await;
            was_interrupted |= asks_to_end(received.signal);
            self.pass_on(received);
            is_ending |= matches!(received.signal, SIGTERM | SIGHUP);
        }
    }

    fn pass_on(&self, received: Received) {
        let is_from_terminal = received.sender.is_none() && matches!(received.signal, SIGINT | SIGQUIT | SIGTSTP);
        // A process that signals its process group, as editors do for Ctrl-Z, has already handled the signal.
        let is_from_child = received.sender == Some(self.id.as_raw_nonzero().get());
        if !is_from_terminal && !is_from_child {
            self.send(received.signal);
        }
    }

    fn send(&self, signal: i32) {
        if let Some(signal) = Signal::from_named_raw(signal).filter(|signal| signal.as_raw() != SIGCHLD) {
            let _ = kill_process(self.id, signal);
        }
    }

    /// Returns `true` if this process or the command is in the foreground of a terminal, so that a shell can continue both. The
    /// command is in a process group of its own if it is a shell.
    fn is_in_foreground(&self) -> bool {
        let groups = [Ok(getpgrp()), getpgid(Some(self.id))];
        let foreground = File::open("/dev/tty").and_then(|terminal| Ok(tcgetpgrp(terminal)?));
        foreground.is_ok_and(|foreground| groups.contains(&Ok(foreground)))
    }

    /// Stops this process until another process, usually the shell, continues it. Returns what has happened to the command
    /// meanwhile.
    fn stop_too(&self, signals: &Signals) -> Option<Event> {
        if self.pass_on_arrived(signals, true) {
            return None;
        }
        let _ = emulate_default_handler(SIGTSTP);
        // A shell continues the command as well, which the user may have stopped again since.
        let event = self.event();
        self.pass_on_arrived(signals, event.is_none());
        event
    }

    /// Passes on the signals that have arrived at a stopped command, except for SIGTSTP, which would stop it again, and SIGCONT
    /// unless `continues`. Returns `true` if one of them continues the command.
    fn pass_on_arrived(&self, signals: &Signals, continues: bool) -> bool {
        let mut is_continued = false;
        while let Some(received) = signals.arrived() {
            match received.signal {
                SIGTSTP => continue,
                SIGCONT if !continues => continue,
                SIGCONT => is_continued = true,
                _ => {}
            }
            self.pass_on(received);
        }
        is_continued
    }

    /// Returns what has happened to the process, if anything.
    fn event(&self) -> Option<Event> {
        let options = WaitOptions::NOHANG | WaitOptions::UNTRACED | WaitOptions::CONTINUED;
        // Also reaps orphans, which the system gives to the first process of a container.
        while let Ok(Some((id, status))) = wait(options) {
            let code = |code: i32| u8::try_from(code).unwrap_or(1);
            if id != self.id {
                continue;
            }
            if let Some(signal) = status.stopping_signal() {
                return Some(Event::Stopped(signal));
            }
            if status.continued() {
                return Some(Event::Continued);
            }
            if let Some(signal) = status.terminating_signal() {
                return Some(Event::Ended(code(128 + signal)));
            }
            return Some(Event::Ended(status.exit_status().map_or(1, code)));
        }
        None
    }
}

fn asks_to_end(signal: i32) -> bool {
    !matches!(signal, SIGTSTP | SIGCONT | SIGWINCH | SIGCHLD | SIGUSR1 | SIGUSR2)
}

fn is_script(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAGIC_LENGTH).read_to_end(&mut start));
    read.is_ok() && !start.contains(&0)
}
