//! The lock of the vendor's CLI: a file beside the sign-in, taken with `flock`.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long another process may hold the lock.
const PATIENCE: Duration = Duration::from_secs(10);

const POLL: Duration = Duration::from_millis(50);

/// Why the lock could not be had.
#[derive(Debug, thiserror::Error)]
pub enum NotLocked {
    /// The file beside the sign-in.
    #[error("its lock file cannot be opened: {0}")]
    NoFile(#[source] io::Error),
    /// A file system without locks, for one.
    #[error("its lock cannot be taken: {0}")]
    Refused(#[source] io::Error),
    /// Another process has it and does not give it back.
    #[error("another process has held its lock for {} s", PATIENCE.as_secs())]
    Held,
}

/// Takes the lock of the sign-in in `path`. It is given back when the file is dropped.
pub async fn take(path: &Path) -> Result<File, NotLocked> {
    let mut path = path.to_owned().into_os_string();
    path.push(".lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let began = Instant::now();
    loop {
        let file = options.open(&path).map_err(NotLocked::NoFile)?;
        match file.try_lock() {
            Ok(()) if is_in_place(&file) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(NotLocked::Refused(error)),
            Ok(()) | Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {}
            Ok(()) | Err(TryLockError::WouldBlock) => return Err(NotLocked::Held),
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Whether the lock file is still the one that others would find: newer vendor CLIs remove it when they give the lock back, and a
/// lock on a removed file keeps nobody out.
#[cfg(unix)]
fn is_in_place(lock: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    lock.metadata().is_ok_and(|metadata| metadata.nlink() > 0)
}

/// Whether the lock file is still the one that others would find: an open file cannot be removed on this system.
#[cfg(not(unix))]
fn is_in_place(_lock: &File) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_that_was_removed_is_not_in_place_though_it_is_open() {
        let (lock, path) = tempfile::NamedTempFile::new().unwrap().into_parts();
        assert!(is_in_place(&lock));
        path.close().unwrap();
        assert!(!is_in_place(&lock));
    }
}
