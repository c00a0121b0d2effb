//! The bytes that came through a pipe.

use std::io::Read;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::support::watched::Watched;

#[derive(Default)]
pub struct Collected {
    pub bytes: Vec<u8>,
    /// No more bytes can come.
    pub ended: bool,
}

impl Collected {
    /// Collects the bytes of `reader` until it ends or has brought `lines` lines.
    pub fn from(mut reader: impl Read + Send + 'static, lines: usize) -> Arc<Watched<Self>> {
        let collected = Arc::new(Watched::new(Self::default()));
        let shared = Arc::clone(&collected);
        thread::spawn(move || {
            let mut left = lines;
            let mut buffer = [0; 8192];
            while left > 0
                && let Ok(count @ 1..) = reader.read(&mut buffer)
            {
                let read = &buffer[..count];
                let ends = read.split(|&byte| byte == b'\n').count() - 1;
                left = left.saturating_sub(ends);
                shared.update(|collected| collected.bytes.extend_from_slice(read));
            }
            drop(reader);
            shared.update(|collected| collected.ended = true);
        });
        collected
    }

    #[track_caller]
    pub fn all(collected: &Watched<Self>, limit: Duration) -> Vec<u8> {
        let ended = collected.wait_until(limit, |collected| collected.ended);
        assert!(ended, "another process still has a stream of a program that ended");
        collected.read(|collected| collected.bytes.clone())
    }
}
