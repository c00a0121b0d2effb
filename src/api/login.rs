//! Sends requests with the access token of a login session, and replaces it when necessary.

use std::rc::Rc;

use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio::task::yield_now;

use super::message::{Request, Response};
use super::transport::{Event, Transport};
use super::{Client, Issuer};
use crate::error::Failure;
use crate::settings::{LoginSession, Renewal};
use crate::signals::Signals;

/// The login session that the API key belongs to.
pub struct Login {
    session: Mutex<LoginSession>,
    signals: Rc<Signals>,
}

impl Client {
    /// Returns a client that replaces the access token of its login session if the server rejects it. Replaces it at once if it
    /// is about to expire.
    pub async fn with_login(
        mut self,
        session: LoginSession,
        now: Timestamp,
        signals: Rc<Signals>,
    ) -> Result<Self, Failure> {
        let session = if session.is_stale(now) {
            match self.renew(&session, &signals, now).await {
                Err(failure) if !session.expires_within(1, Timestamp::now()) && session.is_stored() => {
                    let warning = format!("cannot refresh the login session, which expires soon; {}", failure.line());
                    (self.transport.report)(Event::Warning(warning));
                    session
                }
                renewed => renewed?.ok_or_else(|| session.ended("the session has ended and cannot be refreshed"))?,
            }
        } else {
            session
        };
        self.login = Some(Login { session: Mutex::new(session), signals });
        Ok(self)
    }

    /// The login session that the API key belongs to, as it is now.
    pub async fn login_session(&self) -> Option<LoginSession> {
        Some(self.login.as_ref()?.session.lock().await.clone())
    }

    /// Replaces the access token of a session. Returns `None` if that is not possible.
    async fn renew(
        &self,
        session: &LoginSession,
        signals: &Signals,
        now: Timestamp,
    ) -> Result<Option<LoginSession>, Failure> {
        let refresh = match Renewal::prepare(session, now).await? {
            Renewal::Stored(session) => {
                self.transport.authorize(&session.key()?)?;
                return Ok(Some(session));
            }
            Renewal::Impossible => return Ok(None),
            Renewal::Refresh(refresh) => refresh,
        };
        let Transport { limits, report, .. } = &self.transport;
        let issuer = Issuer::find(&self.account.base_url, Some(refresh.tenant.clone()), *limits, report).await?;
        // A refresh token can be used once. A signal must not interrupt us until the new one is stored.
        let _hold = signals.hold();
        let grant = issuer.refresh(&refresh.token).await.map_err(|failure| refresh.refused(failure))?;
        let (session, warning) = refresh.store(grant)?;
        self.transport.authorize(&session.key()?)?;
        if let Some(warning) = warning {
            report(Event::Warning(warning));
        }
        Ok(Some(session))
    }

    /// Sends a request. If the server rejects the access token of a login session, replaces it and sends the request once more.
    pub(super) async fn transmit(&self, request: &Request) -> Result<Response, Failure> {
        let rejected = self.transport.authorization();
        let response = self.transport.send(request).await?;
        let Some(login) = self.login.as_ref().filter(|_| response.status == 401) else {
            return Ok(response);
        };
        let mut session = login.session.lock().await;
        // A concurrent request may have replaced the token already.
        if self.transport.authorization() == rejected {
            let renewed = Box::pin(self.renew(&session, &login.signals, Timestamp::now())).await?;
            let Some(renewed) = renewed else {
                return Ok(response);
            };
            *session = renewed;
        }
        drop(session);
        // `Signals::or_interrupt` looks for signals first, so it ends the command here if one arrived during the refresh.
        yield_now().await;
        let earlier_attempts = response.attempts - 1;
        let mut response = self.transport.send(request).await?;
        response.attempts += earlier_attempts;
        Ok(response)
    }
}
