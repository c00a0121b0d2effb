//! The vendor CLI's sign-in: `~/.truefoundry/credentials.json`, as `tfy login` writes it.
//!
//! The file is shared with the vendor's CLI. It is refreshed under the same lock file, written beside and then renamed, so that
//! whoever reads it sees the old session or the new one and never half of either.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::secret::Key;

/// A session with less left than this is refreshed before it is used, as the vendor's CLI does.
const REFRESH_BELOW_SECONDS: i64 = 120;

/// No file of a sign-in is larger.
const LIMIT: u64 = 1024 * 1024;

/// How long another process may hold the lock.
const LOCK_WAIT: Duration = Duration::from_secs(10);

const LOCK_POLL: Duration = Duration::from_millis(50);

/// What mends a session that is over or a file that makes no sense.
const SIGN_IN_AGAIN: &str = "run `tfy login --relogin`";

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

/// What the platform needs to prolong a session.
#[derive(Debug)]
pub struct RefreshRequest {
    /// The tenant that the access token names.
    pub tenant: String,
    /// What proves the session.
    pub refresh_token: SecretString,
}

/// A prolonged session.
#[derive(Debug)]
pub struct Refreshed {
    /// The new access token.
    pub access_token: SecretString,
    /// The new refresh token; `None` where the old one stays good.
    pub refresh_token: Option<SecretString>,
}

#[derive(Deserialize)]
struct Stored {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    host: String,
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
        let unusable = |why: String, hint| Error::SignIn {
            path: path.to_owned(),
            why,
            hint,
        };
        let bytes = match bytes_of(path) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(unusable(error.to_string(), MAKE_ACCESSIBLE)),
        };
        if bytes.trim_ascii().is_empty() {
            return Ok(None);
        }
        let stored: Stored = serde_json::from_slice(&bytes).map_err(|_| {
            unusable(
                "it is not the JSON that the vendor's CLI writes".to_owned(),
                SIGN_IN_AGAIN,
            )
        })?;
        let key = Key::parse(stored.access_token.expose_secret())
            .map_err(|why| unusable(format!("its access token is no key: {why}"), SIGN_IN_AGAIN))?;
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

    /// Whether users other than the owner can read the file.
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

    /// Whether the session has to be refreshed before it is used.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let expiry = self.claims().and_then(|claims| claims.exp);
        expiry.is_some_and(|expiry| expiry - as_seconds(now) < as_f64(REFRESH_BELOW_SECONDS))
    }

    fn claims(&self) -> Option<Claims> {
        if self.key.is_personal_access_token() {
            return None;
        }
        let payload = self.key.expose().split('.').nth(1)?;
        let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&payload).ok()
    }

    /// Prolongs the session, once however many processes try: under the vendor's lock, and only if it is still stale then.
    ///
    /// `ask` puts the request to the platform. When it fails the file stays as it was.
    pub async fn refreshed(
        self,
        now: Timestamp,
        ask: impl AsyncFnOnce(RefreshRequest) -> Result<Refreshed, Error>,
    ) -> Result<Self, Error> {
        let over = |why: &str| self.unusable(why, SIGN_IN_AGAIN);
        let _lock = self.lock().await?;
        let current = Self::read(&self.path)?.ok_or_else(|| over("it is gone"))?;
        if current.host != self.host {
            return Err(self.unusable("another sign-in has just taken its place", "try again"));
        }
        if !current.is_stale(now) {
            return Ok(current);
        }
        let tenant = current.claims().and_then(|claims| claims.tenant);
        let refresh_token = current.refresh_token.clone();
        let (Some(tenant), Some(refresh_token)) = (tenant, refresh_token) else {
            return Err(over("the session is over, and nothing in it can prolong it"));
        };
        let refreshed = ask(RefreshRequest { tenant, refresh_token })
            .await
            .map_err(|error| match error.status() {
                Some(status @ 400..=499) if !matches!(status, 408 | 429) => {
                    let mut said = vec!["the session is over".to_owned()];
                    said.extend(error.causes());
                    over(&said.join(": "))
                }
                _ => error,
            })?;
        let key = Key::parse(refreshed.access_token.expose_secret())
            .map_err(|why| over(&format!("the platform's new access token is no key: {why}")))?;
        current.write(&refreshed).map_err(|error| {
            let why = format!("the prolonged session cannot be written: {error}");
            self.unusable(&why, MAKE_ACCESSIBLE)
        })?;
        Ok(Self {
            key,
            refresh_token: refreshed.refresh_token.or(current.refresh_token.clone()),
            ..current
        })
    }

    /// Takes the lock of the vendor's CLI, which is given back when the file is dropped.
    async fn lock(&self) -> Result<File, Error> {
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let began = Instant::now();
        loop {
            let file = options.open(&path).map_err(|error| {
                let why = format!("its lock file cannot be opened: {error}");
                self.unusable(&why, MAKE_ACCESSIBLE)
            })?;
            match file.try_lock() {
                Ok(()) if is_in_place(&file) => return Ok(file),
                Err(TryLockError::Error(error)) => {
                    return Err(self.unusable(&format!("its lock cannot be taken: {error}"), MAKE_ACCESSIBLE));
                }
                Ok(()) | Err(TryLockError::WouldBlock) if began.elapsed() < LOCK_WAIT => {}
                Ok(()) | Err(TryLockError::WouldBlock) => {
                    let why = format!("another process has held its lock for {} s", LOCK_WAIT.as_secs());
                    return Err(self.unusable(&why, "try again when that one is done"));
                }
            }
            tokio::time::sleep(LOCK_POLL).await;
        }
    }

    /// Replaces the file whole, with every field it had and the tokens renewed. It is read anew, under the lock.
    fn write(&self, refreshed: &Refreshed) -> io::Result<()> {
        let path = std::fs::canonicalize(&self.path)?;
        let mut fields: serde_json::Map<String, Value> =
            serde_json::from_slice(&Zeroizing::new(std::fs::read(&path)?))?;
        let mut set = |name: &str, token: &SecretString| fields.insert(name.to_owned(), token.expose_secret().into());
        set("access_token", &refreshed.access_token);
        if let Some(token) = &refreshed.refresh_token {
            set("refresh_token", token);
        }
        let text = Zeroizing::new(serde_json::to_vec(&fields)?);
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut beside = tempfile::Builder::new().prefix(".credentials").tempfile_in(folder)?;
        beside.write_all(&text)?;
        beside.as_file().sync_all()?;
        beside.persist(&path)?;
        Ok(())
    }

    fn unusable(&self, why: &str, hint: &'static str) -> Error {
        Error::SignIn {
            path: self.path.clone(),
            why: why.to_owned(),
            hint,
        }
    }
}

/// What is in the file. Nothing is waited for, as for a writer at the other end of a pipe, and nothing endless is read.
fn bytes_of(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let kind = std::fs::metadata(path)?.file_type();
    if !kind.is_file() && !kind.is_dir() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(io::Error::other("it is larger than any sign-in"));
    }
    Ok(bytes)
}

/// Whether the lock file is still the one that others would find: newer vendor CLIs remove it when they give the lock back, and a
/// lock on a removed file keeps nobody out.
#[cfg(unix)]
fn is_in_place(lock: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    lock.metadata().is_ok_and(|metadata| metadata.nlink() > 0)
}

/// Whether the lock file is still the one that others would find: an open file cannot be removed on this system.
#[cfg(not(unix))]
fn is_in_place(_lock: &File) -> bool {
    true
}

fn as_seconds(time: Timestamp) -> f64 {
    as_f64(time.as_second())
}

#[expect(clippy::cast_precision_loss, reason = "seconds of this age are far below 2^52")]
fn as_f64(seconds: i64) -> f64 {
    seconds as f64
}
