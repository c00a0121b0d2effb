//! The login session in `~/.truefoundry/credentials.json`.
//!
//! The `tfy` CLI uses the same file.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use super::Account;
use super::base_url::{BaseUrl, describe_host};
use super::env;
use super::file;
use super::hints::relogin;
use super::sources::Source;
use crate::claims::{Claims, is_base64};
use crate::error::{Failure, Kind};
use crate::secret::{Key, Secret};
use crate::untrusted::display_path;

/// A session that expires sooner than this is refreshed before it is used, as the `tfy` CLI does.
const REFRESH_BELOW_SECONDS: i64 = 120;

pub const ACCESS_HINT: &str = "make sure that you can read and write this file and its directory, then try again";

/// A login session as it is stored.
#[derive(Debug, Clone)]
pub struct LoginSession {
    pub path: PathBuf,
    /// Base URL, not parsed yet.
    pub host: String,
    pub access_token: Secret,
    pub refresh_token: Option<Secret>,
}

/// Secrets of a session, as the server sends them.
#[derive(Debug)]
pub struct Grant {
    pub access_token: Secret,
    /// `None` or empty if the old refresh token is still valid.
    pub refresh_token: Option<Secret>,
}

/// A login session that cannot be used.
#[derive(Debug, Clone)]
pub struct UnusableSession {
    pub path: PathBuf,
    pub reason: String,
    hint: String,
}

impl UnusableSession {
    fn new(path: &Path, reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { path: path.to_owned(), reason: reason.into(), hint: hint.into() }
    }
}

impl From<UnusableSession> for Failure {
    fn from(UnusableSession { path, reason, hint }: UnusableSession) -> Self {
        let path = display_path(&path);
        Self::new(Kind::NotSignedIn, format!("cannot use the login session in {path}: {reason}")).hint(hint)
    }
}

/// The fields of the file that we read.
#[derive(Deserialize)]
struct Credentials {
    access_token: Secret,
    refresh_token: Option<Secret>,
    host: String,
}

/// Maximum length of a new access token, in bytes. The file of a longer one could not be read again.
const MAX_LENGTH: usize = 64 * 1024;

impl Grant {
    /// The claims of the access token. Fails unless it is a JWT that this program and the `tfy` CLI can use. The error does not
    /// contain the token.
    pub fn claims(&self) -> Result<Claims, String> {
        let key = Key::parse(&self.access_token).map_err(|error| error.to_string())?;
        if key.expose().len() > MAX_LENGTH {
            return Err("it is longer than 64 KiB".to_owned());
        }
        let claims = Claims::of(key.expose()).filter(|claims| claims.is_complete() && is_base64(key.expose()));
        claims.ok_or_else(|| "it is not the JWT of a login session".to_owned())
    }
}

impl LoginSession {
    /// The path of the credentials file, if the environment names a home directory.
    pub fn path() -> Option<PathBuf> {
        env::home().map(|home| home.join(".truefoundry").join("credentials.json"))
    }

    /// Reads the session. Returns `None` if the file is missing or empty.
    pub fn read(path: &Path) -> Result<Option<Self>, UnusableSession> {
        match file::read(path, true) {
            Ok(bytes) => Self::parse(&bytes, path),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            // The home directory of another user, for example of a service that does not set HOME.
            Err(_) if path.symlink_metadata().is_err() => Ok(None),
            Err(error) => Err(UnusableSession::new(path, error.to_string(), ACCESS_HINT)),
        }
    }

    /// Parses the content of the file. The error does not contain any of it.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Option<Self>, UnusableSession> {
        let text = bytes.trim_ascii();
        if text.is_empty() {
            return Ok(None);
        }
        let credentials = text.starts_with(b"{").then(|| serde_json::from_slice(text).ok()).flatten();
        let Some(Credentials { access_token, refresh_token, host }) = credentials else {
            return Err(UnusableSession::new(path, "it is not the JSON of a login session", relogin("")));
        };
        if let Err(error) = Key::parse(&access_token) {
            let reason = format!("its access token is not an API key: {error}");
            return Err(UnusableSession::new(path, reason, relogin(&host)));
        }
        Ok(Some(Self { path: path.to_owned(), host, access_token, refresh_token: not_empty(refresh_token) }))
    }

    /// Returns `true` if the session must be refreshed before it is used. A session that cannot be refreshed is used until it
    /// expires.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.expires_within(if self.is_refreshable() { REFRESH_BELOW_SECONDS } else { 1 }, now)
    }

    /// Returns `true` unless the session was replaced or removed since it was read.
    pub fn is_stored(&self) -> bool {
        let is_same = |stored: &Self| stored.access_token.expose() == self.access_token.expose();
        Self::read(&self.path).is_ok_and(|stored| stored.as_ref().is_some_and(is_same))
    }

    /// Returns `true` if the session expires before this number of seconds has passed.
    pub fn expires_within(&self, seconds: i64, now: Timestamp) -> bool {
        let expiry = self.claims().and_then(|claims| claims.exp);
        #[expect(clippy::cast_precision_loss, reason = "times in seconds are far below 2^52")]
        let limit = (now.as_second() + seconds) as f64;
        expiry.is_some_and(|expiry| expiry < limit)
    }

    /// Returns `true` if the session has what a refresh needs. The `tfy` CLI does not refresh service accounts either.
    pub fn is_refreshable(&self) -> bool {
        let is_user =
            |claims: Claims| claims.tenant.is_some() && claims.subject_type.as_deref() != Some("serviceaccount");
        self.refresh_token.is_some() && self.claims().is_some_and(is_user)
    }

    /// The host without its password, which an invalid address may contain.
    pub fn display_host(&self) -> String {
        describe_host(&BaseUrl::parse(&self.host, true))
    }

    /// The account that the session gives access to.
    pub fn account(&self) -> Result<Account, Failure> {
        let source = Source::Login(self.path.clone());
        let base_url = BaseUrl::parse(&self.host, env::allows_http());
        Ok(Account {
            base_url: base_url.map_err(|error| source.invalid_host(error))?,
            key: self.key()?,
            base_url_source: source.clone(),
            key_source: source,
        })
    }

    pub fn key(&self) -> Result<Key, Failure> {
        Key::parse(&self.access_token)
            .map_err(|error| self.ended(&format!("its access token is not an API key: {error}")))
    }

    pub fn claims(&self) -> Option<Claims> {
        Claims::of(self.access_token.expose())
    }

    /// The failure of a session that only a new login can fix.
    pub fn ended(&self, reason: &str) -> Failure {
        self.unusable(reason, relogin(&self.host))
    }

    pub fn unusable(&self, reason: impl Into<String>, hint: impl Into<String>) -> Failure {
        UnusableSession::new(&self.path, reason, hint).into()
    }
}

pub fn not_empty(token: Option<Secret>) -> Option<Secret> {
    token.filter(|token| !token.expose().is_empty())
}
