//! Files that hold settings.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

/// No file of settings is larger, in bytes.
const LIMIT: u64 = 1024 * 1024;

/// What is in the file. Nothing is waited for, as for a writer at the other end of a pipe, and nothing endless is read.
pub fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    // A buffer that has to grow would leave a copy of what it held behind in memory.
    let capacity = usize::try_from(metadata.len().min(LIMIT) + 1).unwrap_or(0);
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
    File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(io::Error::other("it is larger than any settings file"));
    }
    Ok(bytes)
}
