//! The vendor CLI's sign-in: `~/.truefoundry/credentials.json`, as `tfy login` writes it.
//!
//! The file is shared with the vendor's CLI. It is refreshed under the same lock file, written beside and then renamed, so that
//! whoever reads it sees the old session or the new one and never half of either.

mod lock;
mod stored;

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::advice::sign_in_again;
use super::base_url::BaseUrl;
use super::file;
use crate::error::Error;
use crate::interrupt::Unabandoned;
use crate::secret::Key;
use lock::NotLocked;
use stored::Stored;

/// A session with less left than this is refreshed before it is used, as the vendor's CLI does.
const REFRESH_BELOW_SECONDS: i64 = 120;

/// What mends a file that cannot be read or written.
const MAKE_ACCESSIBLE: &str = "let yourself read and write the file and its folder, then try again";

/// A session of `tfy login`.
#[derive(Debug, Clone)]
pub struct SignIn {
    path: PathBuf,
    host: String,
    key: Key,
    refresh_token: Option<SecretString>,
}

/// What the platform needs to refresh a session.
#[derive(Debug)]
pub struct RefreshRequest {
    /// The tenant that the access token names.
    pub tenant: String,
    /// What proves the session.
    pub refresh_token: SecretString,
}

/// A refreshed session.
#[derive(Debug)]
pub struct Refreshed {
    /// The new access token.
    pub access_token: SecretString,
    /// The new refresh token; `None` where the old one stays good.
    pub refresh_token: Option<SecretString>,
}

/// The claims of an access token that matter here. They are read, never verified: the platform does that.
#[derive(Deserialize)]
struct Claims {
    #[serde(rename = "tenantName")]
    tenant: Option<String>,
    exp: Option<f64>,
}

impl SignIn {
    /// Where the sign-in of a user with this home folder is.
    pub fn path(home: &Path) -> PathBuf {
        home.join(".truefoundry").join("credentials.json")
    }

    /// Reads the sign-in; `None` where there is no file or nothing in it.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        let unusable = |why: String, hint: String| Error::SignIn {
            path: path.to_owned(),
            why,
            hint,
        };
        let bytes = match file::read(path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(unusable(error.to_string(), MAKE_ACCESSIBLE.to_owned())),
        };
        if bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        let stored: Option<Stored> = bytes
            .trim_ascii()
            .starts_with(b"{")
            .then(|| serde_json::from_slice(&bytes).ok())
            .flatten();
        let stored = stored.ok_or_else(|| {
            unusable(
                "it is not the JSON that the vendor's CLI writes".to_owned(),
                sign_in_again(None),
            )
        })?;
        let host = BaseUrl::parse(&stored.host, true).ok();
        let key = Key::parse(stored.access_token.expose_secret()).map_err(|why| {
            unusable(
                format!("its access token is not a key: {why}"),
                sign_in_again(host.as_ref()),
            )
        })?;
        Ok(Some(Self {
            path: path.to_owned(),
            host: stored.host,
            key,
            refresh_token: stored.refresh_token.filter(|token| !token.expose_secret().is_empty()),
        }))
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.path
    }

    /// The base URL the session is for, as written.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The session's access token.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Whether users other than the owner can read the file, or do anything else with it.
    #[cfg(unix)]
    pub fn is_readable_by_others(&self) -> bool {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(&self.path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
    }

    /// Whether users other than the owner can read the file: not told by this system's permissions.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "elsewhere it is told")]
    pub fn is_readable_by_others(&self) -> bool {
        false
    }

    /// Whether the session has to be refreshed before it is used. One that nothing can refresh, as a service account's, is good
    /// until its end.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let Some(Claims {
            tenant,
            exp: Some(expiry),
        }) = self.claims()
        else {
            return false;
        };
        let can_be_refreshed = self.refresh_token.is_some() && tenant.is_some();
        let least = if can_be_refreshed { REFRESH_BELOW_SECONDS } else { 1 };
        expiry - as_f64(now.as_second()) < as_f64(least)
    }

    fn claims(&self) -> Option<Claims> {
        if self.key.is_personal_access_token() {
            return None;
        }
        let payload = self.key.expose().split('.').nth(1)?;
        let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&payload).ok()
    }

    /// Refreshes the session, once however many processes try: under the vendor's lock, and only if it is still stale then.
    ///
    /// `ask` puts the request to the platform. When it fails the file stays as it was.
    pub async fn refreshed(
        self,
        now: Timestamp,
        ask: impl AsyncFnOnce(RefreshRequest) -> Result<Refreshed, Error>,
    ) -> Result<Self, Error> {
        let _lock = lock::take(&self.path).await.map_err(|why| {
            let hint = match why {
                NotLocked::Held => "try again when that one is done",
                NotLocked::NoFile(_) | NotLocked::Refused(_) => MAKE_ACCESSIBLE,
            };
            self.unusable(&why.to_string(), hint)
        })?;
        let current = Self::read(&self.path)?.ok_or_else(|| self.over("it is gone"))?;
        if current.host != self.host {
            return Err(self.taken_over());
        }
        if !current.is_stale(now) {
            return Ok(current);
        }
        let tenant = current.claims().and_then(|claims| claims.tenant);
        let refresh_token = current.refresh_token.clone();
        let (Some(tenant), Some(refresh_token)) = (tenant, refresh_token) else {
            return Err(self.over("the session is over, and nothing in it can refresh it"));
        };
        // A refresh token is good for one use: from here on its successor has to be written down.
        let _unabandoned = Unabandoned::begin();
        let refreshed = ask(RefreshRequest { tenant, refresh_token })
            .await
            .map_err(|error| match error.status() {
                Some(status @ 400..=499) if !matches!(status, 408 | 429) => {
                    let mut said = vec!["the session is over".to_owned()];
                    said.extend(error.causes());
                    self.over(&said.join(": "))
                }
                _ => error,
            })?;
        let key = Key::parse(refreshed.access_token.expose_secret())
            .map_err(|why| self.over(&format!("the platform's new access token is not a key: {why}")))?;
        let is_same = |stored: &Stored| {
            stored.host == current.host && stored.access_token.expose_secret().trim() == current.key.expose()
        };
        let is_written = stored::renew(&current.path, &refreshed, is_same).map_err(|error| {
            let why = format!("the refreshed session cannot be written: {error}");
            self.unusable(&why, MAKE_ACCESSIBLE)
        })?;
        if !is_written {
            return Err(self.taken_over());
        }
        Ok(Self {
            key,
            refresh_token: refreshed.refresh_token.or(current.refresh_token.clone()),
            ..current
        })
    }

    fn unusable(&self, why: &str, hint: &str) -> Error {
        Error::SignIn {
            path: self.path.clone(),
            why: why.to_owned(),
            hint: hint.to_owned(),
        }
    }

    fn taken_over(&self) -> Error {
        self.unusable("another sign-in has just taken its place", "try again")
    }

    /// The failure that only a new sign-in mends.
    fn over(&self, why: &str) -> Error {
        self.unusable(why, &sign_in_again(BaseUrl::parse(&self.host, true).ok().as_ref()))
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of this age are far below 2^52")]
fn as_f64(seconds: i64) -> f64 {
    seconds as f64
}
