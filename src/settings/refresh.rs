//! Replaces the access token of a login session that is stale or was rejected.

use std::fs::File;

use jiff::Timestamp;

use super::sign_in::{Grant, LoginSession, not_empty};
use super::{lock, session_file};
use crate::error::{Failure, Kind};
use crate::secret::Secret;
use crate::untrusted::display_path;

/// How a session can be replaced.
pub enum Renewal {
    /// Another program has stored a newer session.
    Stored(LoginSession),
    Refresh(Refresh),
    Impossible,
}

/// A refresh that no other program can start in the meantime.
pub struct Refresh {
    session: LoginSession,
    pub tenant: String,
    /// Can be used once.
    pub token: Secret,
    _lock: Option<File>,
}

impl Renewal {
    /// Prepares the replacement of `old`.
    pub async fn prepare(old: &LoginSession, now: Timestamp) -> Result<Self, Failure> {
        let replaces = |session: &LoginSession| {
            let is_new = session.access_token.expose() != old.access_token.expose();
            session.host == old.host && is_new && !session.is_stale(now)
        };
        if !old.is_refreshable() {
            let stored = LoginSession::read(&old.path).ok().flatten().filter(replaces);
            return Ok(stored.map_or(Self::Impossible, Self::Stored));
        }
        let lock = lock::acquire(&old.path).await;
        let lock = lock.map_err(|error| old.unusable(error.to_string(), lock::hint(&error)))?;
        let session = LoginSession::read(&old.path)?.ok_or_else(|| old.ended("the file is gone"))?;
        if session.host != old.host {
            return Err(replaced(old));
        }
        if replaces(&session) {
            return Ok(Self::Stored(session));
        }
        let tenant = session.claims().and_then(|claims| claims.tenant);
        let (Some(tenant), Some(refresh_token)) = (tenant, session.refresh_token.clone()) else {
            return Ok(Self::Impossible);
        };
        Ok(Self::Refresh(Refresh { session, tenant, token: refresh_token, _lock: lock }))
    }
}

impl Refresh {
    /// Adds to the failure of a refresh that the session has ended, if so.
    pub fn refused(&self, failure: Failure) -> Failure {
        match failure.kind {
            Kind::NotSignedIn => self.session.ended(&failure.to_string()).caused_by(failure),
            _ => failure,
        }
    }

    /// Stores the new secrets. Returns the new session and, if it could not be stored, a warning.
    pub fn store(self, grant: Grant) -> Result<(LoginSession, Option<String>), Failure> {
        let Self { session, token, .. } = self;
        if let Err(error) = grant.claims() {
            return Err(session.ended(&format!("the server sent a new access token that is not usable: {error}")));
        }
        // A program that does not take the lock may have replaced the session.
        let stored = LoginSession::read(&session.path);
        let is_same = |stored: LoginSession| stored.access_token.expose() == session.access_token.expose();
        if stored.is_ok_and(|stored| !stored.is_some_and(is_same)) {
            return Err(replaced(&session));
        }
        let new_token = not_empty(grant.refresh_token).unwrap_or(token);
        let grant = Grant { refresh_token: Some(new_token), ..grant };
        // A symbolic link stays.
        let path = std::fs::canonicalize(&session.path);
        let stored = path.and_then(|path| session_file::write(&path, &session.host, &grant));
        let warning = stored.err().map(|error| {
            let path = display_path(&session.path);
            format!("cannot store the refreshed login session in {path}: {error}; log in again when it has expired")
        });
        let Grant { access_token, refresh_token } = grant;
        Ok((LoginSession { access_token, refresh_token, ..session }, warning))
    }
}

fn replaced(session: &LoginSession) -> Failure {
    session.unusable("it was replaced by another login", "try again")
}
