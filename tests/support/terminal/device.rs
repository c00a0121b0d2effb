//! The programs' side of a terminal.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::MasterPty;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::ioctl_fionread;
use rustix::termios::{OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

/// The programs' side of a terminal, opened by the test as well.
pub struct Device(File);

impl Device {
    /// Fails if no program has it open.
    pub fn open(terminal: &dyn MasterPty) -> io::Result<Self> {
        let flags = i32::try_from(OFlags::NOCTTY.bits()).expect("a flag");
        let mut options = File::options();
        options.read(true).write(true).custom_flags(flags);
        let name = terminal.tty_name().expect("a terminal has a name");
        options.open(name).map(Self)
    }

    /// Waits until all typed characters were read; returns false if they are not within `limit`.
    pub fn wait_until_read(&self, limit: Duration) -> bool {
        let began = Instant::now();
        while self.has_unread() && began.elapsed() < limit {
            thread::yield_now();
        }
        !self.has_unread()
    }

    fn has_unread(&self) -> bool {
        // Polling makes the terminal accept the characters that are still on their way from the keyboard.
        let mut asked = [PollFd::new(&self.0, PollFlags::IN)];
        poll(&mut asked, Some(&Timespec::default())).expect("a terminal");
        ioctl_fionread(&self.0).expect("a terminal") > 0
    }

    /// Writes a character, so that the thread that waits for output wakes up. It also disables the end-of-file character, which
    /// would otherwise be sent when the keyboard is dropped.
    pub fn wake_reader(mut self) {
        if let Ok(mut settings) = tcgetattr(&self.0) {
            settings.special_codes[SpecialCodeIndex::VEOF] = 0;
            tcsetattr(&self.0, OptionalActions::Now, &settings).ok();
        }
        self.0.write_all(b"\0").ok();
    }
}
