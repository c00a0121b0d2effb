//! A program that is running at a terminal.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use rustix::termios::{OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
use tempfile::TempDir;

use super::Terminal;
use super::display::Display;
use crate::support::program::Program;
use crate::support::run::{Run, ending};
use crate::support::snapshot::render;
use crate::support::watched::{LIMIT, Watched};

/// A program that is running at a terminal. It must be finished, because its output is inspected at the end.
#[must_use]
pub struct Session {
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: RefCell<Option<Box<dyn Write + Send>>>,
    display: Arc<Watched<Display>>,
    leader: Option<Pid>,
    program: Program,
    /// The files by which the leader gets input and reports.
    directory: TempDir,
    stops: Cell<usize>,
    over: bool,
}

impl Session {
    pub(super) fn start(size: PtySize, leader: CommandBuilder, program: Program, directory: TempDir) -> Self {
        let pty = native_pty_system().openpty(size).expect("a terminal");
        let mut leader = pty.slave.spawn_command(leader).expect("the leader starts");
        let master = pty.master;
        let display = Arc::new(Watched::<Display>::default());
        display.update(|display| display.resize(size));
        Display::follow(Arc::clone(&display), master.try_clone_reader().expect("output"));
        let id = leader.process_id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let shared = Arc::clone(&display);
        thread::spawn(move || {
            leader.wait().ok();
            shared.update(|display| display.left = true);
        });
        Self {
            keyboard: RefCell::new(master.take_writer().ok()),
            master: Some(master),
            display,
            leader: id,
            program,
            directory,
            stops: Cell::new(0),
            over: false,
        }
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> &Self {
        // The text may disappear again before this thread looks at the screen a second time.
        let mut shown = false;
        self.display.wait_until(|display| {
            shown = display.shows(text);
            shown || display.ended
        });
        assert!(shown, "{text:?} is not shown:\n{}", self.screen());
        self
    }

    /// Types characters, keys such as [`super::ENTER`], or bytes that need not be UTF-8.
    #[track_caller]
    pub fn send(&self, keys: impl AsRef<[u8]>) -> &Self {
        let mut keyboard = self.keyboard.borrow_mut();
        let sent = keyboard.as_mut().expect("a keyboard").write_all(keys.as_ref());
        assert!(sent.is_ok(), "{:?} cannot be typed:\n{}", keys.as_ref(), self.screen());
        self
    }

    /// Waits until the program is stopped, as by Ctrl-Z (`send(CTRL_Z)`).
    #[track_caller]
    pub fn wait_until_stopped(&self) -> String {
        self.stops.set(self.stops.get() + 1);
        let name = format!("stopped{}", self.stops.get());
        let began = Instant::now();
        while !self.directory.path().join(&name).exists() {
            assert!(began.elapsed() < LIMIT, "not stopped:\n{}", self.screen());
            thread::sleep(Duration::from_millis(5));
        }
        self.display.read().state(&self.report(&name).1)
    }

    /// Continues a stopped program in the foreground, as `fg` does.
    pub fn resume(&self) -> &Self {
        self.leader.map(|leader| kill_process(leader, Signal::USR1).ok());
        self
    }

    pub fn signal(&self, signal: Signal) {
        let job = std::fs::read_to_string(self.directory.path().join("job")).unwrap_or_default();
        let job = job.parse().ok().filter(|_| !self.display.read().left);
        job.and_then(Pid::from_raw).map(|job| kill_process_group(job, signal).ok());
    }

    pub fn resize(&self, columns: u16, rows: u16) -> &Self {
        let Terminal(size) = Terminal::size(columns, rows);
        self.display.update(|display| display.resize(size));
        let master = self.master.as_ref().expect("a terminal");
        master.resize(size).expect("another size");
        self
    }

    /// The lines of the screen without trailing spaces.
    pub fn screen(&self) -> String {
        self.display.read().screen()
    }

    /// All bytes written to the terminal so far, escape sequences included.
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&self.display.read().bytes).into_owned()
    }

    /// Closes the window: the program gets `SIGHUP` and its terminal disappears.
    #[track_caller]
    pub fn hang_up(self) -> Run {
        self.signal(Signal::HUP);
        self.vanish()
    }

    /// Removes the terminal without a signal, as for a program that ignores it: reads end, writes fail.
    #[track_caller]
    pub fn vanish(mut self) -> Run {
        self.display.update(|display| display.hanging_up = true);
        if let Ok(mut device) = self.device() {
            // Dropping the keyboard would type the end-of-file character.
            if let Ok(mut settings) = tcgetattr(&device) {
                settings.special_codes[SpecialCodeIndex::VEOF] = 0;
                tcsetattr(&device, OptionalActions::Now, &settings).ok();
            }
            // Wakes the thread that reads the output, so that it closes the terminal.
            device.write_all(b"\0").ok();
        }
        let ended = self.display.wait_until(|display| display.ended);
        assert!(ended, "the terminal is still read");
        self.keyboard.take();
        self.master = None;
        self.finish()
    }

    /// Waits for the program to end.
    #[track_caller]
    pub fn finish(mut self) -> Run {
        self.over = true;
        if !self.display.wait_until(|display| display.left) {
            self.kill();
            panic!("still running:\n{}", self.screen());
        }
        self.display.wait_until(|display| display.ended);
        // There is no file unless standard output was redirected to it.
        let stdout = std::fs::read(self.directory.path().join("stdout")).ok();
        let (status, settings) = self.report("report");
        let (exit, code) = ending(status);
        let (screen, output, display) = (self.screen(), self.output(), self.display.read());
        self.program.inspection.terminal(&display.bytes, &screen, stdout.as_deref());
        // A terminal that vanished has no settings.
        let terminal = display.state(self.master.as_ref().map_or("echo icanon", |_| &settings));
        let stdout = String::from_utf8_lossy(&stdout.unwrap_or_default()).into_owned();
        let joined = display.joined_screen();
        let sections = [("screen", joined.as_str()), ("stdout", &stdout), ("terminal", &terminal)];
        let snapshot = render(&self.program, &exit, &sections);
        Run { exit, code, stdout, screen, output, terminal, snapshot, ..Run::default() }
    }

    /// The program's side of the terminal.
    fn device(&self) -> std::io::Result<File> {
        let name = self.master.as_ref().and_then(|master| master.tty_name());
        let flags = i32::try_from(OFlags::NOCTTY.bits()).expect("a flag");
        let mut options = File::options();
        options.read(true).write(true).custom_flags(flags);
        options.open(name.unwrap_or_default())
    }

    fn kill(&self) {
        self.signal(Signal::KILL);
        let leader = self.leader.filter(|_| !self.display.read().left);
        leader.map(|leader| kill_process(leader, Signal::KILL).ok());
    }

    /// A report of the leader: how the program ended, and the settings of the terminal.
    fn report(&self, name: &str) -> (ExitStatus, String) {
        let report = std::fs::read_to_string(self.directory.path().join(name)).expect("a report");
        let (status, settings) = report.split_once('\n').expect("a line");
        (ExitStatus::from_raw(status.parse().expect("a wait status")), settings.to_owned())
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
