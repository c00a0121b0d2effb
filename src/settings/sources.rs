//! All base URLs and API keys that were found, in order of trust.

use std::fmt;
use std::path::{Path, PathBuf};

use super::dotenv::DotEnv;
use super::sign_in::LoginSession;
use super::{env, file};
use crate::error::Failure;
use crate::secret::Secret;
use crate::untrusted::display_path;

/// Path of the `.env` file, relative to the working directory.
pub const DOTENV: &str = ".env";

/// Source of a setting, in order of precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `--base-url`
    Flag,
    Variable(&'static str),
    /// The file that `TFY_API_KEY_FILE` names.
    KeyFile(PathBuf),
    /// A variable in `.env` in the working directory.
    DotEnv(&'static str),
    /// The credentials file.
    Login(PathBuf),
    /// `login --with-key`
    StandardInput,
}

impl Source {
    /// A lower rank means more trust. An API key is never sent to a host from a source with a higher rank.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Flag | Self::Variable(_) | Self::KeyFile(_) | Self::StandardInput => 0,
            Self::DotEnv(_) => 1,
            Self::Login(_) => 2,
        }
    }

    /// The failure of an invalid base URL from this source.
    pub fn invalid_host(&self, error: String) -> Failure {
        match self {
            Self::Login(_) => Failure::invalid(format_args!("host in {self}"), error),
            _ => Failure::invalid(self, error),
        }
    }

    /// The file that contains the setting, if any.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Flag | Self::Variable(_) | Self::StandardInput => None,
            Self::DotEnv(_) => Some(Path::new(DOTENV)),
            Self::KeyFile(path) | Self::Login(path) => Some(path),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("--base-url"),
            Self::Variable(name) => f.write_str(name),
            Self::KeyFile(path) => write!(f, "{} ({})", env::KEY_FILE, display_path(path)),
            Self::DotEnv(name) => write!(f, "{name} in .env"),
            Self::Login(path) => f.write_str(&display_path(path)),
            Self::StandardInput => f.write_str("standard input"),
        }
    }
}

/// Unparsed settings, in order of precedence. Only the first base URL and the first API key are used. The others are never
/// parsed, so an invalid setting that is overridden causes no error.
#[derive(Clone, Default)]
pub struct Found {
    pub base_urls: Vec<(Source, String)>,
    pub keys: Vec<(Source, Secret)>,
}

impl Found {
    /// Reads all sources. An empty base URL counts as unset. An empty API key does not: if a CI job was not given its secret,
    /// another key must not take its place.
    pub fn read(flag: Option<&str>, dotenv: &DotEnv, login: Option<&LoginSession>) -> Result<Self, Failure> {
        let mut found = Self::default();
        found.base_urls.extend(flag.map(|url| (Source::Flag, url.to_owned())));
        for name in env::BASE_URLS.into_iter().filter(|name| env::is_set(name)) {
            // An overridden variable is not read, because it may be invalid.
            let is_used = found.base_urls.is_empty();
            let url = if is_used { env::text(name)? } else { Some(String::new()) };
            found.base_urls.extend(url.map(|url| (Source::Variable(name), url)));
        }
        let key = env::text(env::KEY)?.map(Secret::new);
        found.keys.extend(key.map(|key| (Source::Variable(env::KEY), key)));
        if let Some(path) = std::env::var_os(env::KEY_FILE).map(PathBuf::from) {
            // An overridden file is not read, because it may be missing.
            let key = if found.keys.is_empty() { read_key_file(&path)? } else { Secret::new(String::new()) };
            found.keys.push((Source::KeyFile(path), key));
        }
        for name in env::BASE_URLS {
            let url = dotenv.get(name).filter(|url| !url.is_empty());
            found.base_urls.extend(url.map(|url| (Source::DotEnv(name), url.to_owned())));
        }
        let key = dotenv.get(env::KEY).map(Secret::new);
        found.keys.extend(key.map(|key| (Source::DotEnv(env::KEY), key)));
        if let Some(login) = login {
            let source = || Source::Login(login.path.clone());
            found.base_urls.push((source(), login.host.clone()));
            found.keys.push((source(), login.access_token.clone()));
        }
        Ok(found)
    }

    /// The base URL from the same kind of source as the API key, if any. The key belongs to that host.
    pub fn base_url_of_key(&self) -> Option<&str> {
        let (key_source, _) = self.keys.first()?;
        let mut base_urls = self.base_urls.iter();
        let (_, url) = base_urls.find(|(source, _)| source.rank() == key_source.rank())?;
        Some(url)
    }

    /// The settings that are not used, each with the reason.
    pub fn ignored(&self) -> Vec<Ignored> {
        let mut base_urls = self.base_urls.iter().map(|(source, _)| source);
        let mut keys = self.keys.iter().map(|(source, _)| source);
        let (base_url, key) = (base_urls.next(), keys.next());
        let others =
            base_urls.map(|source| (source, "base URL", base_url)).chain(keys.map(|source| (source, "API key", key)));
        let ignored = others.filter_map(|(source, setting, used)| {
            let used = used?;
            let reason = match source {
                Source::Login(_) => format!("its {setting} is overridden by {used}"),
                _ => format!("overridden by {used}"),
            };
            Some(Ignored { source: source.to_string(), reason })
        });
        ignored.collect()
    }
}

/// Reads the file that `TFY_API_KEY_FILE` names. A file that cannot be used is an error and not a warning, because another key must
/// not take its place.
fn read_key_file(path: &Path) -> Result<Secret, Failure> {
    if path.as_os_str().is_empty() {
        return Err(Failure::invalid(env::KEY_FILE, "it is empty"));
    }
    let bytes = file::read(path, false).map_err(|error| {
        let hint = format!("set {} to a file that you can read and that other users cannot change", env::KEY_FILE);
        Failure::invalid(env::KEY_FILE, format!("cannot use {}", display_path(path))).caused_by(error).hint(hint)
    })?;
    // An invalid character is reported by the parser of keys.
    Ok(Secret::new(String::from_utf8_lossy(&bytes).into_owned()))
}

/// A setting that was found but is not used.
#[derive(Debug, serde::Serialize)]
pub struct Ignored {
    pub source: String,
    pub reason: String,
}
