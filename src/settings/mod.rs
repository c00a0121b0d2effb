//! Base URL and API key: from the command line and the environment, from `.env` in the working directory, or from the login
//! session. Earlier sources are trusted more, and a key is never sent to a host from a less trusted source.

mod base_url;
mod dotenv;
pub mod env;
pub mod file;
pub mod hints;
mod lock;
mod refresh;
pub mod session_file;
mod sign_in;
mod sources;

use std::path::{Path, PathBuf};

use base_url::describe_host;
pub use base_url::{BaseUrl, is_loopback};
use dotenv::DotEnv;
pub use refresh::Renewal;
use sign_in::UnusableSession;
pub use sign_in::{Grant, LoginSession};
use sources::{DOTENV, Found};
pub use sources::{Ignored, Source};

use crate::error::Failure;
use crate::secret::{InvalidKey, Key};
use crate::untrusted::{display_path, shell_word};

/// An API key and the server that it may be sent to. [`Settings::account`] pairs the two; a login makes its own pair.
#[derive(Debug, Clone)]
pub struct Account {
    pub base_url: BaseUrl,
    pub key: Key,
    pub base_url_source: Source,
    pub key_source: Source,
}

impl Account {
    /// An account with a key that the user has typed or piped for this host.
    pub fn with_typed_key(base_url: BaseUrl, key: Key) -> Self {
        Self { base_url, key, base_url_source: Source::Flag, key_source: Source::StandardInput }
    }

    /// The option that a command in a hint needs to reach the same server: ` --base-url URL`, or an empty string.
    pub fn base_url_flag(&self) -> String {
        match self.base_url_source {
            Source::Flag => format!(" --base-url {}", shell_word(&self.base_url.to_string())),
            _ => String::new(),
        }
    }
}

/// All settings that were found.
#[derive(Clone)]
pub struct Settings {
    found: Found,
    login: Result<Option<LoginSession>, UnusableSession>,
    allows_http: bool,
    /// Warnings about files and variables that were read.
    pub warnings: Vec<String>,
    /// A warning that the login session is used, although `.env`, which is trusted more, could not be read completely.
    pub important_warning: Option<String>,
}

impl Settings {
    /// Reads all sources. `base_url` is the value of `--base-url`.
    pub async fn read(base_url: Option<&str>) -> Result<Self, Failure> {
        let settings = Self::read_now(base_url)?;
        // The `tfy` CLI overwrites its file in place. A reader without the lock may see a part of it.
        let Some(path) = settings.partial_login() else {
            return Ok(settings);
        };
        match lock::acquire(&path).await {
            Ok(_lock) => Self::read_now(base_url),
            Err(_) => Ok(settings),
        }
    }

    /// Reads all sources without waiting for other programs. A login session that is being written may be missing.
    pub fn read_now(base_url: Option<&str>) -> Result<Self, Failure> {
        let dotenv = DotEnv::read(Path::new(DOTENV));
        let login = LoginSession::path().as_deref().map_or(Ok(None), LoginSession::read);
        let found = Found::read(base_url, &dotenv, login.as_ref().ok().and_then(Option::as_ref))?;
        let mut warnings = env::proxy_warnings()?;
        let used = [found.base_urls.first().map(|(source, _)| source), found.keys.first().map(|(source, _)| source)];
        let uses_login = used.into_iter().flatten().any(|source| matches!(source, Source::Login(_)));
        let (important_warning, warning) = if uses_login { (dotenv.warning, None) } else { (None, dotenv.warning) };
        warnings.extend(warning);
        Ok(Self { found, login, allows_http: env::allows_http(), warnings, important_warning })
    }

    /// The base URL that is used, and its source.
    pub fn base_url(&self) -> Option<(&Source, Result<BaseUrl, String>)> {
        let (source, text) = self.found.base_urls.first()?;
        Some((source, BaseUrl::parse(text, self.allows_http)))
    }

    /// The API key that is used, and its source.
    pub fn key(&self) -> Option<(&Source, Result<Key, InvalidKey>)> {
        let (source, text) = self.found.keys.first()?;
        Some((source, Key::parse(text)))
    }

    /// Returns `true` if `.env` in the working directory sets an API key, even if another one is used.
    pub fn has_key_in_dotenv(&self) -> bool {
        self.found.keys.iter().any(|(source, _)| matches!(source, Source::DotEnv(_)))
    }

    /// The login session, even if it is not used.
    pub fn login(&self) -> Option<&LoginSession> {
        self.login.as_ref().ok()?.as_ref()
    }

    /// The login session, if its access token is the API key that is used.
    pub fn login_in_use(&self) -> Option<&LoginSession> {
        let is_used = matches!(self.found.keys.first(), Some((Source::Login(_), _)));
        self.login().filter(|_| is_used)
    }

    /// The path of a credentials file that is empty or broken and would be used.
    fn partial_login(&self) -> Option<PathBuf> {
        match &self.login {
            _ if !self.found.keys.is_empty() => None,
            Ok(Some(_)) => None,
            Ok(None) => LoginSession::path().filter(|path| path.exists()),
            Err(session) => Some(session.path.clone()),
        }
    }

    /// Returns a warning for each file that contains an API key and that other users can access. Only `status` shows these
    /// warnings, because the `tfy` CLI creates its file that way.
    pub fn exposed_files(&self) -> Vec<String> {
        let paths = self.found.keys.iter().filter_map(|(source, _)| source.path());
        let exposed = paths.filter(|path| file::is_accessible_by_others(path)).map(display_path);
        exposed
            .map(|path| format!("{path} is accessible to other users; run `chmod 600 {}`", shell_word(&path)))
            .collect()
    }

    /// The settings that were found but are not used.
    pub fn ignored(&self) -> Vec<Ignored> {
        let mut ignored = self.found.ignored();
        if let Err(session) = &self.login {
            ignored.push(Ignored { source: display_path(&session.path), reason: session.reason.clone() });
        }
        ignored
    }

    /// Pairs the base URL and the API key. Fails if one is missing or invalid, if the key belongs to another host, or if a less
    /// trusted source names the host.
    pub fn account(self) -> Result<Account, Failure> {
        let base_url = match self.base_url() {
            Some((source, url)) => Some((source.clone(), url.map_err(|error| source.invalid_host(error))?)),
            None => None,
        };
        let key = match self.key() {
            Some((source, key)) => Some((source.clone(), key.map_err(|error| Failure::invalid(source, error))?)),
            None => None,
        };
        let ((base_url_source, base_url), (key_source, key)) = match (base_url, key) {
            (Some(base_url), Some(key)) => (base_url, key),
            (base_url, key) => {
                // A user who logged in must see that the file is broken, not that the settings are missing.
                self.login?;
                return Err(hints::missing(base_url.as_ref(), key.as_ref().map(|(source, _)| source)));
            }
        };
        let host_of_key = self.found.base_url_of_key().map(|text| BaseUrl::parse(text, self.allows_http));
        let host_of_key = host_of_key.filter(|host| host.as_ref() != Ok(&base_url)).as_ref().map(describe_host);
        if base_url_source.rank() > key_source.rank() || host_of_key.is_some() {
            return Err(hints::key_host_mismatch((&base_url_source, &base_url), &key_source, host_of_key.as_deref()));
        }
        Ok(Account { base_url, key, base_url_source, key_source })
    }
}

/// Parses text as each kind of setting, and returns the messages about it. Entry point for `crate::internals`.
#[must_use]
pub fn messages_about(text: &str) -> Vec<String> {
    let base_url = BaseUrl::parse(text, false).err();
    let login = LoginSession::parse(text.as_bytes(), Path::new("credentials.json"));
    let login = login.err().map(|session| Failure::from(session).line());
    [base_url, login, DotEnv::parse(text).warning].into_iter().flatten().collect()
}
