//! Reads the file that `TFY_API_KEY_FILE` names.

use std::path::Path;

use super::{env, file};
use crate::error::Failure;
use crate::secret::Secret;
use crate::untrusted::display_path;

/// Reads the API key. A file that cannot be used is an error and not a warning, because another key must not take its place.
pub fn read(path: &Path) -> Result<Secret, Failure> {
    if path.as_os_str().is_empty() {
        return Err(Failure::invalid(env::KEY_FILE, "it is empty"));
    }
    let bytes = file::read_in_shared_directory(path).map_err(|error| {
        let hint = format!("set {} to a file that you can read and that other users cannot change", env::KEY_FILE);
        Failure::invalid(env::KEY_FILE, format!("cannot use {}", display_path(path))).caused_by(error).hint(hint)
    })?;
    // An invalid character is reported by the parser of keys.
    Ok(Secret::new(String::from_utf8_lossy(&bytes).into_owned()))
}
