//! The thin async client of the platform: one method for each call that this program makes, and no others. The get-or-create call
//! of older deployments (`GET …/{name}`) has none.

mod body;
mod connection;
mod loose;
mod pages;
mod problem;
mod proxy;
mod retry;
mod session;
mod tls;
mod trace;
mod transport;
mod wire;

use email_address::EmailAddress;
use jiff::Timestamp;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::IgnoredAny;
use url::Url;
use zeroize::Zeroizing;

pub use pages::Pages;
use problem::{About, key_refused, refusal};
pub use session::Session;
use session::read_session;
pub use trace::{Trace, Try};
pub use transport::Limits;
use transport::{Answer, Request, Transport};
use wire::{CreateBody, Created, RefreshBody, RefreshedBody, RevokeAllBody, instead_of, object};
pub use wire::{Page, read_page};

use crate::error::Error;
use crate::secret::TokenValue;
use crate::settings::{Account, RefreshRequest, Refreshed};
use crate::token::{TokenId, TokenName, TokenType};

/// Where all calls are, below the base URL.
const ROOT: [&str; 3] = ["api", "svc", "v1"];

/// Where the calls about tokens are, below that.
const TOKENS: &str = "personal-access-tokens";

/// The most tokens that a page may have.
const PAGE_SIZE: usize = 100;

/// The platform, as one account sees it.
pub struct Client {
    transport: Transport,
    account: Account,
}

/// What a new token shall be.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Unique among its user's tokens.
    pub name: TokenName,
    /// Whose it shall be; `None` for the key's own user. Another's takes a tenant admin's key.
    pub for_user: Option<EmailAddress>,
    /// When it stops working, in UTC; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// The team it counts to.
    pub team: Option<String>,
    /// The account it counts to.
    pub account: Option<String>,
    /// Its kind; `None` for the platform's choice.
    pub token_type: Option<TokenType>,
}

/// Why no value of a new token came back.
#[derive(Debug)]
pub enum NotCreated {
    /// No token was made.
    Refused(Error),
    /// One may have been made: the request left, and what came back does not say.
    Unknown(Error),
}

impl Client {
    /// A client of the account's platform. Nothing is sent yet.
    pub fn new(account: Account, limits: Limits, trace: Trace) -> Result<Self, Error> {
        Ok(Self {
            transport: Transport::new(&account, limits, trace)?,
            account,
        })
    }

    /// Base URL and key, and where they came from.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The proxy on the way to the platform, without what is secret in its address.
    pub fn proxy(&self) -> Option<&str> {
        self.transport.proxy()
    }

    /// Whom the key signs in. The platform's failure to accept the key is [`Error::KeyRefused`], whichever way it says so.
    pub async fn session(&self) -> Result<Session, Error> {
        let answer = self
            .answer(&Request::new(Method::GET, self.url(["session"])), About::Anything)
            .await?;
        let session = read_session(&answer.body).map_err(Error::Nonsense)?;
        session.ok_or_else(|| key_refused(&self.account, None))
    }

    /// The tokens of the key's user, page by page; with `search`, those whose names contain it.
    pub fn pages(&self, search: Option<&str>) -> Pages<'_> {
        let search = search.map(str::to_owned);
        Pages::new(move |offset| {
            let search = search.clone();
            Box::pin(async move { (offset, self.page(search.as_deref(), offset).await) })
        })
    }

    /// One page, from `offset`.
    async fn page(&self, search: Option<&str>, offset: usize) -> Result<Page, Error> {
        let mut url = self.url([TOKENS]);
        url.query_pairs_mut()
            .append_pair("limit", &PAGE_SIZE.to_string())
            .append_pair("offset", &offset.to_string())
            .extend_pairs(search.map(|text| ("nameSearchQuery", text)));
        let answer = self.answer(&Request::new(Method::GET, url), About::Anything).await?;
        read_page(&answer.body, Timestamp::now()).map_err(Error::Nonsense)
    }

    /// A request that makes a token, not sent yet.
    pub fn creation(&self, new: &NewToken) -> Result<Creation<'_>, Error> {
        let body = CreateBody {
            name: new.name.as_str(),
            user_email: new.for_user.as_ref().map(EmailAddress::as_str),
            expiration_date: new.expires_at.map(|at| at.to_string()),
            team_name: new.team.as_deref(),
            account_name: new.account.as_deref(),
            token_type: new.token_type.map(TokenType::as_str),
        };
        let url = match &new.for_user {
            None => self.url([TOKENS]),
            Some(_) => self.url([TOKENS, "for-user"]),
        };
        let request = Request::new(Method::POST, url).with_json(json(&body, 0)?);
        Ok(Creation {
            client: self,
            request,
            for_user: new.for_user.clone(),
        })
    }

    /// Deletes a token.
    pub async fn delete(&self, id: &TokenId) -> Result<(), Error> {
        let segment = id
            .as_segment()
            .ok_or_else(|| Error::UnsafeId { name: id.to_string() })?;
        let request = Request::new(Method::DELETE, self.url([TOKENS, segment]));
        self.deletion(&request, About::Token).await
    }

    /// Sends a request that deletes. What a repeated one finds gone is taken for deleted by the one before.
    async fn deletion(&self, request: &Request, about: About<'_>) -> Result<(), Error> {
        let in_doubt = |error| {
            if request.may_have_been_applied() {
                Error::MaybeDeleted(Box::new(error))
            } else {
                error
            }
        };
        let answer = self.transport.send(request).await.map_err(in_doubt)?;
        match refusal(&answer, &self.account, about) {
            Some(Error::TokenGone(_)) if answer.tries > 1 => Ok(()),
            Some(Error::NoSuchUser { .. }) if request.may_have_been_applied() => Ok(()),
            Some(error @ Error::Busy { .. }) => Err(in_doubt(error)),
            Some(error) => Err(error),
            None => ensure_deleted(&answer),
        }
    }

    /// Deletes every token of a user. Takes a tenant admin's key.
    pub async fn revoke_all(&self, email: &EmailAddress) -> Result<(), Error> {
        let email = email.as_str();
        let body = json(&RevokeAllBody { email }, 0)?;
        let request = Request::new(Method::DELETE, self.url([TOKENS, "revoke", "all"])).with_json(body);
        self.deletion(&request, About::User(email)).await
    }

    /// Refreshes the session of a sign-in.
    pub async fn refresh(&self, asked: RefreshRequest) -> Result<Refreshed, Error> {
        let refresh_token = asked.refresh_token.expose_secret();
        let body = RefreshBody {
            tenant_name: &asked.tenant,
            refresh_token,
            grant_type: "refresh_token",
            return_jwt: true,
        };
        let room = refresh_token.len() + asked.tenant.len() + 256;
        let request = Request::new(Method::POST, self.url(["oauth2", "token"])).with_json(json(&body, room)?);
        let answer = self.answer(&request, About::Session(refresh_token)).await?;
        let refreshed: RefreshedBody =
            object(&answer.body).ok_or_else(|| Error::Nonsense(instead_of("a refreshed session", &answer.body)))?;
        Ok(Refreshed {
            access_token: refreshed.access_token,
            refresh_token: refreshed
                .refresh_token
                .filter(|token| !token.expose_secret().is_empty()),
        })
    }

    async fn answer(&self, request: &Request, about: About<'_>) -> Result<Answer, Error> {
        let answer = self.transport.send(request).await?;
        match refusal(&answer, &self.account, about) {
            None => Ok(answer),
            Some(error) => Err(error),
        }
    }

    fn url<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        self.account.base_url().join(ROOT.into_iter().chain(segments))
    }
}

/// A request that makes a token. It is sent at most once, whatever happens, unless it cannot have been applied.
pub struct Creation<'a> {
    client: &'a Client,
    request: Request,
    for_user: Option<EmailAddress>,
}

impl Creation<'_> {
    /// Whether the platform may have got the request; it can be asked while the request is under way.
    pub fn may_have_arrived(&self) -> bool {
        self.request.sent().get()
    }

    /// Sends it, and takes the value.
    pub async fn send(&self) -> Result<TokenValue, NotCreated> {
        let for_user = self.for_user.as_ref().map(EmailAddress::as_str);
        let about = for_user.map_or(About::NewToken, About::NewTokenFor);
        let answer = match self.client.transport.send(&self.request).await {
            Ok(answer) => answer,
            Err(error) if self.may_have_arrived() => return Err(NotCreated::Unknown(error)),
            Err(error) => return Err(NotCreated::Refused(error)),
        };
        match refusal(&answer, &self.client.account, about) {
            None => {}
            // 303 says that it was applied.
            Some(error) if answer.status == 303 || self.request.may_have_been_applied() => {
                return Err(NotCreated::Unknown(error));
            }
            Some(error) => return Err(NotCreated::Refused(error)),
        }
        object::<Created>(&answer.body)
            .and_then(|created| TokenValue::parse(created.token))
            .ok_or_else(|| NotCreated::Unknown(Error::Nonsense(instead_of("a token's value", &answer.body))))
    }
}

/// A deletion is answered with nothing or with JSON. A web page under a status of success is a proxy's, and nothing was deleted.
fn ensure_deleted(answer: &Answer) -> Result<(), Error> {
    let body = answer.body.trim_ascii();
    if body.is_empty() || serde_json::from_slice::<IgnoredAny>(body).is_ok() {
        Ok(())
    } else {
        Err(Error::Nonsense(instead_of("the answer to a deletion", body)))
    }
}

/// The body of a request, in a buffer with `room` for so many bytes: a secret in one that grows would leave a copy behind.
fn json(body: &impl Serialize, room: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut json = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer(&mut *json, body).map_err(|error| Error::Nonsense(error.to_string()))?;
    Ok(json)
}
