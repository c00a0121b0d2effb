//! Writes the credentials file.
//!
//! The new content is written to a temporary file, which is then renamed, so that a reader sees either the old session or the new
//! one. The `tfy` CLI must accept the file.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde_json::value::{RawValue, to_raw_value};

use super::file;
use super::lock;
use super::sign_in::Grant;
use crate::error::{Failure, Kind};
use crate::secret::Secret;
use crate::untrusted::display_path;

/// Disk space that a login must find, in bytes.
const REQUIRED_SPACE: usize = 16 * 1024;

/// Writes a session. Keeps the fields of the old file that this program does not know.
pub fn write(path: &Path, host: &str, grant: &Grant) -> io::Result<()> {
    let mut fields: BTreeMap<String, Box<RawValue>> =
        file::read(path, true).ok().and_then(|old| serde_json::from_slice(&old).ok()).unwrap_or_default();
    // The `tfy` CLI does not accept an empty refresh token.
    let refresh_token = grant.refresh_token.as_ref().map(Secret::expose).filter(|token| !token.is_empty());
    fields.insert("access_token".to_owned(), to_raw_value(grant.access_token.expose())?);
    fields.insert("refresh_token".to_owned(), to_raw_value(&refresh_token)?);
    fields.insert("host".to_owned(), to_raw_value(host)?);
    let content = serde_json::to_vec(&fields)?;
    let Ok(mut temporary) = tempfile::Builder::new().prefix(".credentials").tempfile_in(directory_of(path)) else {
        return overwrite(path, &content);
    };
    temporary.write_all(&content)?;
    temporary.as_file().sync_all()?;
    file::give_to_owner(temporary.as_file(), path);
    match temporary.persist(path) {
        // A file that is mounted into a container cannot be replaced.
        Err(error) if error.error.kind() == io::ErrorKind::ResourceBusy => overwrite(path, &content),
        Err(error) => Err(error.error),
        Ok(_) => Ok(()),
    }
}

/// Fails if a session cannot be stored. Leaves no file behind, except perhaps the lock file.
pub async fn ensure_writable(path: &Path) -> Result<(), Failure> {
    let directory = directory_of(path);
    let writable = if directory.symlink_metadata().is_err() {
        let parent = directory.ancestors().skip(1).find(|directory| directory.exists()).unwrap_or(Path::new("."));
        tempfile::tempfile_in(parent).and_then(fill)
    } else {
        lock::acquire(path).await.and_then(|_lock| match tempfile::tempfile_in(directory) {
            _ if path.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(temporary) => fill(temporary),
            Err(_) => file::open_regular(path, OpenOptions::new().write(true), true).map(drop),
        })
    };
    writable.map_err(|error| failure("write", path, error))
}

fn fill(mut file: File) -> io::Result<()> {
    file.write_all(&[b' '; REQUIRED_SPACE])?;
    file.sync_all()
}

/// Stores a session in place of the one that is there. A symbolic link is replaced.
pub async fn store(path: &Path, host: &str, grant: &Grant) -> Result<(), Failure> {
    create_directory(path).map_err(|error| failure("write", path, error))?;
    let stored = lock::acquire(path).await.and_then(|_lock| write(path, host, grant));
    stored.map_err(|error| failure("write", path, error))
}

/// Returns `true` unless the file is missing or empty. A directory that cannot be searched is an error.
pub fn exists(path: &Path) -> Result<bool, Failure> {
    match path.symlink_metadata() {
        Ok(metadata) => Ok(metadata.is_symlink() || metadata.len() > 0),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(failure("read", path, error)),
    }
}

/// Removes the session. Of a symbolic link, removes the link.
pub async fn remove(path: &Path) -> Result<(), Failure> {
    let removed = lock::acquire(path).await.and_then(|_lock| match fs::remove_file(path) {
        // A file that is mounted into a container cannot be removed. An empty file is no session.
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => overwrite(path, b""),
        removed => removed,
    });
    removed.map_err(|error| failure("remove", path, error))
}

fn failure(verb: &str, path: &Path, error: io::Error) -> Failure {
    let (message, hint) = (format!("cannot {verb} {}", display_path(path)), lock::hint(&error));
    Failure::new(Kind::Failed, message).caused_by(error).hint(hint)
}

fn directory_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

fn create_directory(path: &Path) -> io::Result<()> {
    let directory = directory_of(path);
    if directory.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(directory)?;
    file::give_to_owner(&File::open(directory)?, directory.parent().unwrap_or(directory));
    Ok(())
}

fn overwrite(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = file::open_regular(path, OpenOptions::new().write(true), true)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.write_all(content)?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}
