//! Reads settings files.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Maximum size of a settings file, in bytes.
const MAX_FILE_SIZE: u64 = 1024 * 1024;

/// Reads a regular file. A pipe or a device is an error, because reading it may never end.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_SIZE {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(bytes)
}
