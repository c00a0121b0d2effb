//! The file that `--save` creates.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::{Failure, Kind};
use crate::secret::TokenValue;
use crate::untrusted::display_path;

/// Disk space that is reserved for a value, in bytes. A JWT needs one or two KiB.
const RESERVED: usize = 4 * 1024;

/// A new file with mode 0600, in which the value fits even if the disk fills up in the meantime. Dropping it removes the file
/// unless a value was written.
pub struct TokenFile {
    path: PathBuf,
    file: File,
    is_written: bool,
}

impl TokenFile {
    /// Creates the file. Fails if the path exists, even if it is a link.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            let reason = "`-` is not a file; without --save, the value is printed to standard output";
            return Err(Failure::invalid("--save", reason));
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let cannot_create = |error, hint: &str| {
            Failure::new(Kind::Usage, format!("cannot create {}", display_path(path))).caused_by(error).hint(hint)
        };
        let file = options.open(path).map_err(|error| {
            cannot_create(error, "choose a file that does not exist, in a directory that you can write to")
        })?;
        let mut file = Self { path: path.to_owned(), file, is_written: false };
        file.file
            .write_all(&[b' '; RESERVED])
            .and_then(|()| file.sync())
            .map_err(|error| cannot_create(error, "choose a directory on a disk with free space"))?;
        Ok(file)
    }

    /// Writes the value. Also fails if the file was removed or replaced, because the user could not find the value.
    pub fn write(&mut self, value: &TokenValue) -> Result<(), Failure> {
        let written = self.replace_content(value.expose()).and_then(|()| self.sync());
        let written = match written {
            Ok(()) if !self.is_in_place() => Err(io::Error::other("the file was removed or replaced")),
            written => written,
        };
        self.is_written = written.is_ok();
        written.map_err(|error| {
            Failure::new(Kind::Failed, format!("cannot write to {}", display_path(&self.path))).caused_by(error)
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Overwrites the reserved space first, so that it stays reserved.
    fn replace_content(&mut self, value: &str) -> io::Result<()> {
        self.file.rewind()?;
        writeln!(self.file, "{value}")?;
        let end = self.file.stream_position()?;
        self.file.set_len(end)
    }

    fn sync(&self) -> io::Result<()> {
        match self.file.sync_all() {
            // Some network file systems do not support fsync.
            Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput) => Ok(()),
            result => result,
        }
    }

    /// Returns `true` if the path still names this file.
    #[cfg(unix)]
    fn is_in_place(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        let at_path = std::fs::symlink_metadata(&self.path).map(identity);
        matches!((at_path, self.file.metadata().map(identity)), (Ok(at_path), Ok(ours)) if at_path == ours)
    }

    /// The standard library cannot compare files on this system.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "used on Unix")]
    fn is_in_place(&self) -> bool {
        true
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        if !self.is_written && self.is_in_place() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
