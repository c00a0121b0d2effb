//! A program at a terminal: what is typed, what is seen, what it left.

use std::cell::Cell;
use std::io::Write;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, MasterPty, PtySize};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

use super::device::Device;
use super::display::Display;
use super::finished::Finished;
use super::size;
use crate::support::program::{Output, Program};
use crate::support::watched::Watched;

/// How long anything at a terminal is waited for.
const LIMIT: Duration = Duration::from_secs(20);

/// After how long without an effect something is typed again.
const AGAIN: Duration = Duration::from_millis(50);

/// A program that runs at a terminal. It has to be finished or hung up: only then is its output
/// inspected.
#[must_use]
pub struct Session {
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: Option<Box<dyn Write + Send>>,
    display: Arc<Watched<Display>>,
    leader: Option<Pid>,
    program: Program,
    folder: TempDir,
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
            keyboard: Some(master.take_writer().expect("the terminal's input")),
            master: Some(master),
            display,
            leader: leader.and_then(Pid::from_raw),
            program: program.clone(),
            folder,
            over: false,
        }
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> &Self {
        // What is shown may be gone again by the time that it is looked for once more.
        let shown = Cell::new(false);
        self.display.wait_until(LIMIT, |display| {
            shown.set(display.shows(text));
            display.ended || shown.get()
        });
        let shown = shown.get();
        assert!(shown, "{text:?} is not shown:\n{}", self.screen());
        self
    }

    /// Types `keys`.
    #[track_caller]
    pub fn send(&mut self, keys: &str) -> &mut Self {
        self.send_bytes(keys.as_bytes())
    }

    /// Types `keys`, which need not be text.
    #[track_caller]
    pub fn send_bytes(&mut self, keys: &[u8]) -> &mut Self {
        let keyboard = self.keyboard.as_mut().expect("a keyboard");
        let sent = keyboard.write_all(keys);
        assert!(sent.is_ok(), "nobody reads {keys:?}:\n{}", self.screen());
        self
    }

    /// Types `keys`, again and again, until the screen shows `text`: a program may throw away what comes too soon.
    #[track_caller]
    pub fn send_until(&mut self, keys: &str, text: &str) -> &mut Self {
        let is_over = |display: &Display| display.left || display.shows(text);
        let began = Instant::now();
        self.send(keys);
        while !self.display.wait_until(AGAIN, is_over) && began.elapsed() < LIMIT {
            self.send(keys);
        }
        self.wait_for(text);
        self
    }

    /// Waits until nothing is left to read of what was typed.
    #[track_caller]
    pub fn wait_until_read(&mut self) -> &mut Self {
        let device = self.device().expect("a program at the terminal");
        assert!(
            device.wait_until_read(LIMIT),
            "what was typed is not read:\n{}",
            self.screen()
        );
        self
    }

    /// Types Enter.
    #[track_caller]
    pub fn enter(&mut self) -> &mut Self {
        self.send("\r")
    }

    /// Types Esc.
    #[track_caller]
    pub fn escape(&mut self) -> &mut Self {
        self.send("\x1b")
    }

    /// Types the space bar.
    #[track_caller]
    pub fn space(&mut self) -> &mut Self {
        self.send(" ")
    }

    /// Types the arrow that points down.
    #[track_caller]
    pub fn arrow_down(&mut self) -> &mut Self {
        self.send("\x1b[B")
    }

    /// Types the arrow that points up.
    #[track_caller]
    pub fn arrow_up(&mut self) -> &mut Self {
        self.send("\x1b[A")
    }

    /// Types Ctrl-C.
    #[track_caller]
    pub fn ctrl_c(&mut self) -> &mut Self {
        self.send("\x03")
    }

    /// Types Ctrl-D.
    #[track_caller]
    pub fn end_of_input(&mut self) -> &mut Self {
        self.send("\x04")
    }

    /// Asks the program to end, by a signal.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Gives the window another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        let size = size(columns, rows);
        self.display.update(|display| display.resize(size));
        let master = self.master.as_ref().expect("a terminal");
        master.resize(size).expect("another size");
    }

    /// The screen: its lines without blanks at their ends.
    pub fn screen(&self) -> String {
        self.display.read(Display::screen)
    }

    /// Everything written to the terminal so far, escape sequences included.
    pub fn all_output(&self) -> String {
        self.display
            .read(|display| String::from_utf8_lossy(&display.bytes).into_owned())
    }

    /// Closes the window: the program gets `SIGHUP` and its terminal is gone. Waits for it to end
    /// and answers with its exit code.
    #[track_caller]
    pub fn hang_up(self) -> i32 {
        self.signal(Signal::HUP);
        self.vanish()
    }

    /// Takes the terminal away without a signal, as for a program that ignores it: reading ends,
    /// writing fails. Waits for it to end and answers with its exit code.
    #[track_caller]
    pub fn vanish(mut self) -> i32 {
        self.display.update(|display| display.hanging_up = true);
        // The thread that waits for output is to see that it is to stop. Where the program has ended, so has its output.
        if let Some(device) = self.device() {
            device.wake_reader();
        }
        let ended = self.display.wait_until(LIMIT, |display| display.ended);
        assert!(ended, "the terminal is still read");
        self.keyboard = None;
        self.master = None;
        self.wait_for_leader();
        self.inspect();
        let (code, _) = self.report();
        code
    }

    /// Waits for the program to end.
    #[track_caller]
    pub fn finish(mut self) -> Finished {
        self.wait_for_leader();
        self.display.wait_until(LIMIT, |display| display.ended);
        let stdout = self.inspect();
        let (code, settings) = self.report();
        let setting = |name: &str| settings.iter().any(|setting| setting == name);
        self.display.read(|display| Finished {
            code,
            screen: display.screen(),
            output: String::from_utf8_lossy(&display.bytes).into_owned(),
            stdout: String::from_utf8_lossy(&stdout.unwrap_or_default()).into_owned(),
            cursor_hidden: display.cursor_hidden(),
            echo: setting("echo"),
            canonical: setting("icanon"),
            alternate_screen: display.alternate_screen(),
        })
    }

    /// The program's side of the terminal, where there is still a program at it.
    fn device(&self) -> Option<Device> {
        Device::open(self.master.as_deref()?).ok()
    }

    #[track_caller]
    fn wait_for_leader(&mut self) {
        self.over = true;
        let left = self.display.wait_until(LIMIT, |display| display.left);
        if !left {
            self.signal(Signal::KILL);
        }
        assert!(left, "still running:\n{}", self.screen());
    }

    /// Inspects what was written; answers with what went to a file.
    #[track_caller]
    fn inspect(&self) -> Option<Vec<u8>> {
        let stdout = (self.program.stdout == Output::File)
            .then(|| std::fs::read(self.folder.path().join("stdout")).expect("standard output"));
        let (bytes, screen) = self.display.read(|display| (display.bytes.clone(), display.screen()));
        self.program.inspection.terminal(&bytes, &screen, stdout.as_deref());
        stdout
    }

    /// The exit code, and the words of `stty -a`.
    fn report(&self) -> (i32, Vec<String>) {
        let report = std::fs::read_to_string(self.folder.path().join("report"));
        let report = report.expect("the shell's report");
        let (code, settings) = report.split_once('\n').expect("an exit code");
        let words = settings.split([' ', '\n', ';']).map(String::from);
        (code.parse().expect("an exit code"), words.collect())
    }

    fn signal(&self, signal: Signal) {
        if let Some(leader) = self.leader
            && !self.display.read(|display| display.left)
        {
            kill_process_group(leader, signal).ok();
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.over {
            self.signal(Signal::KILL);
            assert!(thread::panicking(), "a session was not finished");
        }
    }
}
