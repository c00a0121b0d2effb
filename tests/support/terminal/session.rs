//! A program that is running at a terminal.

use std::cell::{Cell, RefCell};
use std::io::Write;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, MasterPty, PtySize};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tempfile::TempDir;

use super::device::Device;
use super::display::Display;
use super::{Finished, TerminalState, size};
use crate::support::program::{Exit, Output, Program};
use crate::support::snapshot::render;
use crate::support::watched::Watched;

/// The limit of every wait.
const LIMIT: Duration = Duration::from_secs(20);

/// The time after which keys that had no effect are typed again.
const AGAIN: Duration = Duration::from_millis(50);

/// The time between two looks for a file of the leader.
const POLL: Duration = Duration::from_millis(5);

/// Keys that are not characters.
pub const ENTER: &str = "\r";
pub const ESCAPE: &str = "\x1b";
pub const UP: &str = "\x1b[A";
pub const DOWN: &str = "\x1b[B";
pub const CTRL_C: &str = "\x03";
pub const CTRL_D: &str = "\x04";
pub const CTRL_Z: &str = "\x1a";

/// A program that is running at a terminal. It must be finished, because its output is inspected at the end.
#[must_use]
pub struct Session {
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: RefCell<Option<Box<dyn Write + Send>>>,
    display: Arc<Watched<Display>>,
    leader: Option<Pid>,
    program: Program,
    folder: TempDir,
    stops: Cell<usize>,
    over: bool,
}

impl Session {
    pub(super) fn new(
        size: PtySize,
        master: Box<dyn MasterPty + Send>,
        mut child: Box<dyn Child + Send + Sync>,
        program: &Program,
        folder: TempDir,
    ) -> Self {
        let display = Arc::new(Watched::new(Display::new(size)));
        let reader = master.try_clone_reader().expect("the terminal's output");
        Display::follow(Arc::clone(&display), reader);
        let leader = child.process_id().and_then(|id| i32::try_from(id).ok());
        let shared = Arc::clone(&display);
        thread::spawn(move || {
            child.wait().ok();
            shared.update(|display| display.left = true);
        });
        Self {
            keyboard: RefCell::new(master.take_writer().ok()),
            master: Some(master),
            display,
            leader: leader.and_then(Pid::from_raw),
            program: program.clone(),
            folder,
            stops: Cell::new(0),
            over: false,
        }
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> &Self {
        // The text may disappear again before this thread looks at the screen a second time.
        let shown = Cell::new(false);
        self.display.wait_until(LIMIT, |display| {
            shown.set(display.shows(text));
            display.ended || shown.get()
        });
        let shown = shown.get();
        assert!(shown, "{text:?} is not shown:\n{}", self.screen());
        self
    }

    /// Types `keys`; [`ENTER`], [`CTRL_C`] and the like are not characters.
    #[track_caller]
    pub fn send(&self, keys: &str) -> &Self {
        self.send_bytes(keys.as_bytes())
    }

    /// Types bytes that need not be UTF-8.
    #[track_caller]
    pub fn send_bytes(&self, keys: &[u8]) -> &Self {
        let mut keyboard = self.keyboard.borrow_mut();
        let sent = keyboard.as_mut().expect("a keyboard").write_all(keys);
        assert!(
            sent.is_ok(),
            "the terminal does not accept {keys:?}:\n{}",
            self.screen()
        );
        self
    }

    /// Types `keys` repeatedly until the screen shows `text`, because a program may discard keys that come too early.
    #[track_caller]
    pub fn send_until(&self, keys: &str, text: &str) -> &Self {
        let is_over = |display: &Display| display.left || display.shows(text);
        let began = Instant::now();
        self.send(keys);
        while !self.display.wait_until(AGAIN, is_over) && began.elapsed() < LIMIT {
            self.send(keys);
        }
        self.wait_for(text);
        self
    }

    /// Waits until the program has read all typed characters.
    #[track_caller]
    pub fn wait_until_read(&self) -> &Self {
        let device = self.device().expect("a program at the terminal");
        assert!(
            device.wait_until_read(LIMIT),
            "typed characters were not read:\n{}",
            self.screen()
        );
        self
    }

    /// Waits until the program is stopped, as by Ctrl-Z (`send(CTRL_Z)`).
    #[track_caller]
    pub fn wait_until_stopped(&self) -> TerminalState {
        self.stops.set(self.stops.get() + 1);
        let name = format!("stopped{}", self.stops.get());
        let began = Instant::now();
        while !self.folder.path().join(&name).exists() {
            assert!(began.elapsed() < LIMIT, "not stopped:\n{}", self.screen());
            thread::sleep(POLL);
        }
        let (_, settings) = self.report(&name);
        self.display.read(|display| state(display, &settings))
    }

    /// Continues a stopped program in the foreground, as `fg` does.
    pub fn resume(&self) -> &Self {
        if let Some(leader) = self.leader {
            kill_process(leader, Signal::USR1).ok();
        }
        self
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        let job = std::fs::read_to_string(self.folder.path().join("job")).unwrap_or_default();
        let job = job.parse().ok().and_then(Pid::from_raw).filter(|_| !self.has_ended());
        if let Some(job) = job {
            kill_process_group(job, signal).ok();
        }
    }

    /// Resizes the window.
    pub fn resize(&self, columns: u16, rows: u16) -> &Self {
        let size = size(columns, rows);
        self.display.update(|display| display.resize(size));
        let master = self.master.as_ref().expect("a terminal");
        master.resize(size).expect("another size");
        self
    }

    /// The lines of the screen without trailing spaces.
    pub fn screen(&self) -> String {
        self.display.read(Display::screen)
    }

    /// All bytes written to the terminal so far, escape sequences included.
    pub fn output(&self) -> String {
        self.display
            .read(|display| String::from_utf8_lossy(&display.bytes).into_owned())
    }

    /// Closes the window: the program gets `SIGHUP` and its terminal disappears.
    #[track_caller]
    pub fn hang_up(self) -> Finished {
        self.signal(Signal::HUP);
        self.vanish()
    }

    /// Removes the terminal without a signal, as for a program that ignores it: reads end, writes fail.
    #[track_caller]
    pub fn vanish(mut self) -> Finished {
        self.display.update(|display| display.hanging_up = true);
        // The thread that reads the output must notice that it is to stop.
        if let Some(device) = self.device() {
            device.wake_reader();
        }
        let ended = self.display.wait_until(LIMIT, |display| display.ended);
        assert!(ended, "the terminal is still read");
        self.keyboard = RefCell::new(None);
        self.master = None;
        self.finish()
    }

    /// Waits for the program to end.
    #[track_caller]
    pub fn finish(mut self) -> Finished {
        self.over = true;
        if !self.display.wait_until(LIMIT, |display| display.left) {
            self.kill();
            panic!("still running:\n{}", self.screen());
        }
        self.display.wait_until(LIMIT, |display| display.ended);
        let has_file = self.program.stdout == Output::File;
        let stdout = has_file.then(|| std::fs::read(self.folder.path().join("stdout")).expect("standard output"));
        let (exit, settings) = self.report("report");
        let vanished = self.master.is_none();
        self.display.read(|display| {
            let inspection = &self.program.inspection;
            inspection.terminal(&display.bytes, &display.screen(), stdout.as_deref());
            let stdout = String::from_utf8_lossy(&stdout.unwrap_or_default()).into_owned();
            let mut terminal = state(display, &settings);
            if vanished {
                (terminal.no_echo, terminal.not_canonical) = (false, false);
            }
            let screen = display.joined_screen();
            let state = terminal.to_string();
            let sections = [("screen", screen.as_str()), ("stdout", &stdout), ("terminal", &state)];
            Finished {
                exit,
                screen: display.screen(),
                output: String::from_utf8_lossy(&display.bytes).into_owned(),
                snapshot: render(&self.program, &exit.to_string(), &sections),
                stdout,
                terminal,
            }
        })
    }

    fn device(&self) -> Option<Device> {
        Device::open(self.master.as_deref()?).ok()
    }

    fn has_ended(&self) -> bool {
        self.display.read(|display| display.left)
    }

    fn kill(&self) {
        self.signal(Signal::KILL);
        if let Some(leader) = self.leader.filter(|_| !self.has_ended()) {
            kill_process(leader, Signal::KILL).ok();
        }
    }

    /// A report of the leader: how the program ended, and the settings of the terminal.
    fn report(&self, name: &str) -> (Exit, Vec<String>) {
        let report = std::fs::read_to_string(self.folder.path().join(name)).expect("the leader's report");
        let (exit, settings) = report.split_once('\n').expect("a line");
        let (kind, number) = exit.split_once(' ').unwrap_or((exit, "0"));
        let number = number.parse().expect("a number");
        let exit = if kind == "signal" {
            Exit::Signal(number)
        } else {
            Exit::Code(number)
        };
        let words = settings.split([' ', '\n', ';']).map(String::from);
        (exit, words.collect())
    }
}

/// The state of a terminal whose settings are the words of `stty -a`.
fn state(display: &Display, settings: &[String]) -> TerminalState {
    let has = |name: &str| settings.iter().any(|setting| setting == name);
    TerminalState {
        cursor_hidden: display.cursor_hidden(),
        alternate_screen: display.alternate_screen(),
        no_echo: !has("echo"),
        not_canonical: !has("icanon"),
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.over {
            self.kill();
            assert!(thread::panicking(), "a session was not finished");
        }
    }
}
