//! Base URL and key, as the one pair that may be used together.

use std::fmt;
use std::path::PathBuf;

use super::base_url::BaseUrl;
use crate::secret::Key;
use crate::text::shown;

/// A key and the platform it may be sent to. Only this folder's rules make one, so no other code can pair the two.
#[derive(Debug, Clone)]
pub struct Account {
    base_url: BaseUrl,
    key: Key,
    base_url_from: Source,
    key_from: Source,
}

impl Account {
    pub(super) fn new((base_url, base_url_from): (BaseUrl, Source), (key, key_from): (Key, Source)) -> Self {
        Self {
            base_url,
            key,
            base_url_from,
            key_from,
        }
    }

    /// The platform.
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// What signs requests to it.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Who named the platform.
    pub fn base_url_from(&self) -> &Source {
        &self.base_url_from
    }

    /// The base URL, where it has to be said again to every command that shall go to the same place.
    pub fn base_url_to_repeat(&self) -> Option<String> {
        (self.base_url_from == Source::Flag).then(|| self.base_url.to_string())
    }

    /// Where the key was found.
    pub fn key_from(&self) -> &Source {
        &self.key_from
    }
}

/// Where a setting was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `--base-url`.
    Flag,
    /// A variable of the environment.
    Variable(&'static str),
    /// A line of `.env` in the working directory.
    DotEnv(&'static str),
    /// The file of the vendor CLI's sign-in.
    SignIn(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("--base-url"),
            Self::Variable(name) => write!(f, "{name}"),
            Self::DotEnv(name) => write!(f, "{name} in .env"),
            Self::SignIn(path) => f.write_str(&shown(path)),
        }
    }
}
