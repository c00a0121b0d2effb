//! The environment variables, as they were when the program started.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::Error;

/// The variable that holds the key.
pub const KEY_NAME: &str = "TFY_API_KEY";

/// The process's variables, taken once and handed down. Only what the libraries for proxies and certificates read is read anew.
#[derive(Clone)]
pub struct Environment(Arc<HashMap<OsString, OsString>>);

impl Environment {
    /// Takes the variables as the operating system gives them.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self(Arc::new(variables.into_iter().collect()))
    }

    /// A variable's text; `None` when it is not set. A value that is not Unicode is refused, without being shown.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Error> {
        let not_unicode = || Error::bad_input(name, "its value is not Unicode text");
        self.0
            .get(OsStr::new(name))
            .map(|value| value.to_str().ok_or_else(not_unicode))
            .transpose()
    }

    /// Whether a variable is set to anything but nothing, as the conventions for colour count it.
    pub fn is_set(&self, name: &str) -> bool {
        self.0.get(OsStr::new(name)).is_some_and(|value| !value.is_empty())
    }

    /// Whether a variable has exactly this value.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.0.get(OsStr::new(name)).is_some_and(|found| found == value)
    }

    /// The user's home folder, where there is one.
    pub fn home(&self) -> Option<PathBuf> {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        self.0
            .get(OsStr::new(name))
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    }
}
