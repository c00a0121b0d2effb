//! The login session of the `tfy` CLI, in `~/.truefoundry/credentials.json`.
//!
//! The `tfy` CLI uses the same file. A refresh takes the same lock, writes a temporary file and renames it, so that a reader sees
//! either the old session or the new one.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::base_url::BaseUrl;
use super::file;
use super::lock::{self, LockError};
use crate::error::{Failure, Kind};
use crate::secret::{Key, Secret};
use crate::signals::Signals;
use crate::untrusted::{display_path, shell_word};

/// A session that expires sooner than this is refreshed before it is used, as the `tfy` CLI does.
const REFRESH_BELOW_SECONDS: i64 = 120;

const ACCESS_HINT: &str = "make sure that you can read and write this file and its directory, then try again";

/// A login session as it is stored.
#[derive(Debug, Clone)]
pub struct LoginSession {
    pub path: PathBuf,
    /// Base URL, not parsed yet.
    pub host: String,
    pub access_token: Secret,
    refresh_token: Option<Secret>,
}

/// New secrets of a session, as the server sends them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refreshed {
    access_token: Secret,
    /// `None` or empty if the old refresh token is still valid.
    refresh_token: Option<Secret>,
}

/// A login session that cannot be used.
#[derive(Debug)]
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

/// Claims of an access token. Only the server verifies their signature.
#[derive(Deserialize)]
struct Claims {
    #[serde(rename = "tenantName")]
    tenant: Option<String>,
    exp: Option<f64>,
}

impl LoginSession {
    pub fn path(home: &Path) -> PathBuf {
        home.join(".truefoundry").join("credentials.json")
    }

    /// Reads the session. Returns `None` if the file is missing or empty.
    pub fn read(path: &Path) -> Result<Option<Self>, UnusableSession> {
        let unusable = |reason: String, hint: String| UnusableSession::new(path, reason, hint);
        let bytes = match file::read(path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(unusable(error.to_string(), ACCESS_HINT.to_owned())),
        };
        let text = bytes.trim_ascii();
        if text.is_empty() {
            return Ok(None);
        }
        let credentials = text.starts_with(b"{").then(|| serde_json::from_slice(text).ok()).flatten();
        let Credentials { access_token, refresh_token, host } = credentials
            .ok_or_else(|| unusable("it is not the JSON that `tfy login` writes".to_owned(), relogin_hint("")))?;
        if let Err(error) = Key::parse(&access_token) {
            let reason = format!("its access token is not an API key: {error}");
            return Err(unusable(reason, relogin_hint(&host)));
        }
        Ok(Some(Self { path: path.to_owned(), host, access_token, refresh_token: not_empty(refresh_token) }))
    }

    /// Returns `true` if other users can access the file.
    #[cfg(unix)]
    pub fn is_accessible_by_others(&self) -> bool {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(&self.path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
    }

    /// File modes do not exist on this system.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "used on Unix")]
    pub fn is_accessible_by_others(&self) -> bool {
        false
    }

    /// Returns `true` if the session must be refreshed before it is used. A session that cannot be refreshed is used until it
    /// expires.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let claims = self.claims();
        let expiry = claims.as_ref().and_then(|claims| claims.exp);
        let is_refreshable = self.refresh_token.is_some() && claims.is_some_and(|claims| claims.tenant.is_some());
        let margin = if is_refreshable { REFRESH_BELOW_SECONDS } else { 1 };
        #[expect(clippy::cast_precision_loss, reason = "times in seconds are far below 2^52")]
        let limit = (now.as_second() + margin) as f64;
        expiry.is_some_and(|expiry| expiry < limit)
    }

    fn claims(&self) -> Option<Claims> {
        let payload = self.access_token.expose().trim().split('.').nth(1)?;
        let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&payload).ok()
    }

    /// Refreshes the session with `request`, unless another process has already done so. If the request fails, the file is not
    /// changed.
    pub async fn refreshed(
        self,
        now: Timestamp,
        signals: &Signals,
        request: impl AsyncFnOnce(&str, &Secret) -> Result<Refreshed, Failure>,
    ) -> anyhow::Result<Self> {
        let lock = async { lock::acquire(&self.path).await.map_err(|error| self.lock_failure(&error)) };
        let _lock = signals.or_interrupt(lock).await?;
        let current = Self::read(&self.path).map_err(Failure::from)?;
        let current = current.ok_or_else(|| self.ended("the file is gone"))?;
        if current.host != self.host {
            return Err(self.replaced().into());
        }
        if !current.is_stale(now) {
            return Ok(current);
        }
        let tenant = current.claims().and_then(|claims| claims.tenant);
        let (Some(tenant), Some(refresh_token)) = (tenant, &current.refresh_token) else {
            return Err(self.ended("the session has ended and cannot be refreshed").into());
        };
        // A refresh token can be used once. From here on, signals must not interrupt us until the new one is written.
        let refreshed = request(&tenant, refresh_token).await.map_err(|failure| match failure.kind {
            Kind::NotSignedIn => self.ended(&failure.to_string()).caused_by(failure),
            _ => failure,
        })?;
        if let Err(error) = Key::parse(&refreshed.access_token) {
            return Err(self
                .ended(&format!("the server sent a new access token that is not an API key: {error}"))
                .into());
        }
        let refreshed = Refreshed { refresh_token: not_empty(refreshed.refresh_token), ..refreshed };
        let is_written = current.write(&refreshed).map_err(|error| {
            let reason = format!("cannot write the refreshed session: {error}");
            self.unusable(reason, ACCESS_HINT)
        })?;
        if !is_written {
            return Err(self.replaced().into());
        }
        Ok(Self {
            access_token: refreshed.access_token,
            refresh_token: refreshed.refresh_token.or(current.refresh_token.clone()),
            ..current
        })
    }

    /// Replaces the secrets in the file. Returns `false` if a program that does not take the lock has replaced the session
    /// in the meantime.
    fn write(&self, refreshed: &Refreshed) -> io::Result<bool> {
        let path = std::fs::canonicalize(&self.path)?;
        let old = file::read(&path)?;
        let credentials: Credentials = serde_json::from_slice(&old)?;
        if credentials.host != self.host || credentials.access_token.expose() != self.access_token.expose() {
            return Ok(false);
        }
        // Keep fields that we do not know.
        let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(&old)?;
        fields.insert("access_token".to_owned(), to_raw_value(refreshed.access_token.expose())?);
        if let Some(token) = &refreshed.refresh_token {
            fields.insert("refresh_token".to_owned(), to_raw_value(token.expose())?);
        }
        let directory = path.parent().unwrap_or(Path::new("."));
        let mut temporary = tempfile::Builder::new().prefix(".credentials").tempfile_in(directory)?;
        temporary.write_all(&serde_json::to_vec(&fields)?)?;
        temporary.as_file().sync_all()?;
        temporary.persist(&path)?;
        Ok(true)
    }

    fn lock_failure(&self, error: &LockError) -> Failure {
        let hint = match error {
            LockError::Busy => "try again when the other process has finished",
            LockError::Open(_) | LockError::Lock(_) => ACCESS_HINT,
        };
        self.unusable(error.to_string(), hint)
    }

    fn replaced(&self) -> Failure {
        self.unusable("it was replaced by another login", "try again")
    }

    /// The failure of a session that only a new login can fix.
    fn ended(&self, reason: &str) -> Failure {
        self.unusable(reason, relogin_hint(&self.host))
    }

    fn unusable(&self, reason: impl Into<String>, hint: impl Into<String>) -> Failure {
        UnusableSession::new(&self.path, reason, hint).into()
    }
}

/// Hint to log in again. `host` may be invalid.
pub fn relogin_hint(host: &str) -> String {
    let url = BaseUrl::parse(host, true).ok();
    let host = url.map(|url| format!(" --host {}", shell_word(&url.to_string())));
    format!("run `tfy login --relogin{}`", host.unwrap_or_default())
}

fn not_empty(token: Option<Secret>) -> Option<Secret> {
    token.filter(|token| !token.expose().is_empty())
}
