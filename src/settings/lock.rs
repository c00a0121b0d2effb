//! The lock file of the `tfy` CLI, next to the credentials file. Both programs lock it with `flock`.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::file;
use super::sign_in::ACCESS_HINT;

const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Error returned when the lock cannot be acquired.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("cannot open its lock file: {0}")]
    Open(#[source] io::Error),
    /// For example, the file system does not support locks.
    #[error("cannot lock it: {0}")]
    Lock(#[source] io::Error),
    #[error("another process has locked it for more than {} s", LOCK_TIMEOUT.as_secs())]
    Busy,
}

impl LockError {
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Busy => "try again when the other process has finished",
            Self::Open(_) | Self::Lock(_) => ACCESS_HINT,
        }
    }
}

/// Acquires the lock of a credentials file. Returns `None` if this user can neither create nor open it: a session can then be used
/// and perhaps written, but not locked.
pub async fn acquire_if_possible(credentials: &Path) -> Result<Option<File>, LockError> {
    match acquire(credentials).await {
        Err(LockError::Open(error))
            if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) =>
        {
            Ok(None)
        }
        lock => lock.map(Some),
    }
}

/// Acquires the lock of a credentials file. Dropping the returned file releases the lock.
pub async fn acquire(credentials: &Path) -> Result<File, LockError> {
    let mut path = credentials.to_owned().into_os_string();
    path.push(".lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let start = Instant::now();
    loop {
        // Another user may have put a link in its place.
        let file = file::open_regular(Path::new(&path), &mut options, false).map_err(LockError::Open)?;
        file::give_to_owner(&file, credentials);
        match file.try_lock() {
            Ok(()) if is_in_place(&file) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(LockError::Lock(error)),
            Ok(()) | Err(TryLockError::WouldBlock) if start.elapsed() < LOCK_TIMEOUT => {}
            Ok(()) | Err(TryLockError::WouldBlock) => return Err(LockError::Busy),
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Returns `true` unless the lock file was removed. Newer `tfy` CLIs remove it when they release the lock, and a lock on a
/// removed file excludes no other process.
#[cfg(unix)]
fn is_in_place(lock: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    lock.metadata().is_ok_and(|metadata| metadata.nlink() > 0)
}

/// An open file cannot be removed on this system.
#[cfg(not(unix))]
fn is_in_place(_lock: &File) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn removed_lock_file_is_not_in_place() {
        let (lock, path) = tempfile::NamedTempFile::new().unwrap().into_parts();
        assert!(is_in_place(&lock));
        path.close().unwrap();
        assert!(!is_in_place(&lock));
    }
}
