//! The lock file of the `tfy` CLI, next to the credentials file. Both programs lock it with `flock`.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::file;
use super::sign_in::ACCESS_HINT;

const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Hint for a lock that cannot be acquired, or for a file that cannot be written.
pub fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::TimedOut => "try again when the other process has finished",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some disk space, then try again",
        _ => ACCESS_HINT,
    }
}

/// Acquires the lock of a credentials file. Dropping the returned file releases the lock. Returns `None` if this user can neither
/// create nor open the lock file: a session can then be used and perhaps written, but not locked.
pub async fn acquire(credentials: &Path) -> io::Result<Option<File>> {
    let mut path = credentials.to_owned().into_os_string();
    path.push(".lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let start = Instant::now();
    loop {
        // Another user may have put a link in its place.
        let file = match file::open_regular(Path::new(&path), &mut options, false) {
            Err(error)
                if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) =>
            {
                return Ok(None);
            }
            file => {
                file.map_err(|error| io::Error::new(error.kind(), format!("cannot open its lock file: {error}")))?
            }
        };
        file::give_to_owner(&file, credentials);
        match file.try_lock() {
            Ok(()) if is_in_place(&file) => return Ok(Some(file)),
            // For example, the file system does not support locks.
            Err(TryLockError::Error(error)) => return Err(io::Error::other(format!("cannot lock it: {error}"))),
            Ok(()) | Err(TryLockError::WouldBlock) if start.elapsed() < LOCK_TIMEOUT => {}
            Ok(()) | Err(TryLockError::WouldBlock) => {
                let message = format!("another process has locked it for more than {} s", LOCK_TIMEOUT.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
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
