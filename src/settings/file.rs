//! Reads settings files. Opening one never blocks, and a file that another user controls is an error.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use crate::untrusted::remove_byte_order_mark;

/// Maximum size of a settings file, in bytes.
const MAX_FILE_SIZE: u64 = 1024 * 1024;

/// Reads a regular file that only this user or root can change. With `accepts_directory_owner`, root may also read the file of the
/// user who owns its directory; other users must not share it.
pub fn read(path: &Path, accepts_directory_owner: bool) -> io::Result<Vec<u8>> {
    let file = open_regular(path, OpenOptions::new().read(true), true)?;
    ensure_trusted(path, &file, accepts_directory_owner)?;
    read_limited(file, MAX_FILE_SIZE)
}

/// Reads a file of at most `max_size` bytes, without the byte order mark that it may begin with.
pub fn read_limited(file: File, max_size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(max_size + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_size {
        return Err(io::Error::other(format!("it is larger than {} MiB", max_size >> 20)));
    }
    remove_byte_order_mark(&mut bytes);
    Ok(bytes)
}

/// Returns `true` if other users can access the file.
#[cfg(unix)]
pub fn is_accessible_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// File modes do not exist on this system.
#[cfg(not(unix))]
pub fn is_accessible_by_others(_path: &Path) -> bool {
    false
}

/// Opens a regular file. Opening a pipe or a device would wait for another process, and reading it may never end. On Unix, a
/// symbolic link is an error unless `follows_link` is `true`.
#[cfg_attr(not(unix), expect(unused_variables, reason = "used on Unix"))]
pub fn open_regular(path: &Path, options: &mut OpenOptions, follows_link: bool) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        flags.set(OFlags::NOFOLLOW, !follows_link);
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a file")) }
}

/// Fails if another user owns the file or the link to it, or can write to the file.
#[cfg(unix)]
fn ensure_trusted(path: &Path, file: &File, accepts_directory_owner: bool) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid().as_raw();
    let directory_owner = || {
        let directory = path.parent().filter(|_| user == 0 && accepts_directory_owner)?;
        std::fs::metadata(directory).ok().map(|directory| directory.uid())
    };
    let directory_owner = directory_owner();
    let is_trusted = |owner| owner == user || owner == 0 || Some(owner) == directory_owner;
    let (link, file) = (std::fs::symlink_metadata(path)?, file.metadata()?);
    if !is_trusted(link.uid()) || !is_trusted(file.uid()) {
        return Err(io::Error::other("it belongs to another user"));
    }
    // Many systems give each user a group of the same number with no other members.
    let has_private_group = file.uid() != 0 && file.gid() == file.uid();
    let writable_by_others = if has_private_group { 0o002 } else { 0o022 };
    if file.mode() & writable_by_others != 0 {
        return Err(io::Error::other("other users can write to it"));
    }
    Ok(())
}

/// The standard library does not know the owner of a file on this system.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "fails on Unix")]
fn ensure_trusted(_path: &Path, _file: &File, _accepts_directory_owner: bool) -> io::Result<()> {
    Ok(())
}

/// Gives the file to the owner of the file that it replaces or, without one, to the owner of its directory. Root may use another
/// user's home directory, and that user must be able to read the file. Ignores errors, because only root may give files away.
#[cfg(unix)]
pub fn give_to_owner(file: &File, path: &Path) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let metadata = std::fs::metadata(path).or_else(|_| std::fs::metadata(path.parent().unwrap_or(path)));
    if let (Ok(new), Ok(old)) = (file.metadata(), metadata)
        && (new.uid(), new.gid()) != (old.uid(), old.gid())
    {
        let _ = fchown(file, Some(old.uid()), Some(old.gid()));
    }
}

#[cfg(not(unix))]
pub fn give_to_owner(_file: &File, _path: &Path) {}
