//! The API client: one method for each call that this program makes.
//!
//! The client has no method for `GET …/{name}`, because older servers create a token on that call.

mod body;
mod clock;
mod connect_error;
mod error_body;
mod http_client;
mod issuer;
mod login;
mod message;
mod pace;
mod pages;
mod proxy;
mod response_error;
mod retry;
mod tls;
mod transport;
mod wire;

use email_address::EmailAddress;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::json;
use url::Url;

use error_body::is_refusal;
pub use error_body::server_message;
pub use issuer::{DeviceCode, Issuer};
use login::Login;
use message::{Request, Response};
use response_error::{Operation, failure_for, key_rejected};
pub use retry::Applied;
use transport::Transport;
pub use transport::{Attempt, Event, Limits, Report};
use wire::{CreateRequest, Page, parse_body};
pub use wire::{Session, parse_page};

use crate::error::{Failure, Kind};
use crate::secret::TokenValue;
use crate::settings::Account;
use crate::token::{Expiry, Token, TokenId, TokenType};
use crate::token_name::TokenName;

const ROOT: [&str; 3] = ["api", "svc", "v1"];

const TOKENS: &str = "personal-access-tokens";

/// A client for one account on one server.
pub struct Client {
    transport: Transport,
    account: Account,
    login: Option<Login>,
}

/// A token to create.
#[derive(Debug, Clone)]
pub struct NewToken {
    pub name: TokenName,
    /// `None` for the user of the API key. Any other user requires the key of a tenant admin.
    pub for_user: Option<EmailAddress>,
    pub expiry: Expiry,
    pub team: Option<String>,
    pub account: Option<String>,
    /// `None` for the server's default.
    pub token_type: Option<TokenType>,
}

impl Client {
    /// Does not send any request.
    pub fn new(account: Account, limits: Limits, report: Report) -> Result<Self, Failure> {
        let transport = Transport::new(&account.base_url, limits, report)?;
        transport.authorize(&account.key)?;
        Ok(Self { transport, account, login: None })
    }

    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Returns the time to add to the clock of this machine for the server's time, within about a second. Zero if there was no
    /// response yet.
    pub fn clock_skew(&self) -> SignedDuration {
        self.transport.clock.skew()
    }

    /// Returns `true` if the clock of this machine differs from the server's by more than 5 minutes.
    pub fn is_local_clock_wrong(&self) -> bool {
        self.transport.clock.is_local_wrong()
    }

    /// The current time. If the clock of this machine is wrong, the time according to the server's last response.
    pub fn now(&self) -> Timestamp {
        self.transport.clock.now()
    }

    /// The proxy between us and the server, without its password.
    pub fn proxy(&self) -> Option<&str> {
        self.transport.proxy()
    }

    /// Makes the next requests use new connections. Call it after the user has answered a question.
    pub fn reconnect(&self) -> Result<(), Failure> {
        self.transport.reconnect()
    }

    /// Returns the user that the API key belongs to. If the server does not accept the key, the failure is
    /// [`Kind::NotSignedIn`].
    pub async fn session(&self) -> Result<Session, Failure> {
        let request = Request::new(Method::GET, self.url(["session"]));
        let response = self.send(&request, Operation::Other).await?;
        wire::parse_session(&response.body)?.ok_or_else(|| key_rejected(&self.account, None))
    }

    /// Sends a small request, so that [`Self::now`] is the server's time. Any response has the time, even one that is an error.
    pub async fn read_clock(&self) -> Result<(), Failure> {
        self.transmit(&Request::new(Method::GET, self.url(["session"]))).await.map(drop)
    }

    /// Returns all tokens of the user, in the order of the server. With `search`, the server returns only tokens whose name
    /// contains it. Calls `progress` with the number of tokens read and, if it is known, the number of all tokens.
    pub async fn list(
        &self,
        search: Option<&str>,
        progress: impl Fn(usize, Option<usize>),
    ) -> Result<Vec<Token>, Failure> {
        pages::read_all(async |offset, limit| self.read_page(search, offset, limit).await, progress).await
    }

    /// Reads at most one token, in order to check that the API key may list tokens.
    pub async fn check_list(&self) -> Result<(), Failure> {
        self.read_page(None, 0, 1).await.map(drop)
    }

    async fn read_page(&self, search: Option<&str>, offset: usize, limit: usize) -> Result<Page, Failure> {
        let mut url = self.url([TOKENS]);
        url.query_pairs_mut()
            .append_pair("limit", &limit.to_string())
            .append_pair("offset", &offset.to_string())
            // Names are in lower case, and some servers compare the case.
            .extend_pairs(search.map(|text| ("nameSearchQuery", text.to_lowercase())));
        let response = self.send(&Request::new(Method::GET, url), Operation::Other).await?;
        let page = parse_page(&response.body, self.now())?;
        if page.tokens.is_empty() && is_refusal(&response.body) { Err(refused(&response.body)) } else { Ok(page) }
    }

    /// Prepares a request that creates a token, without sending it.
    pub fn creation(&self, new: &NewToken) -> Result<Creation<'_>, Failure> {
        let for_user = new.for_user.as_ref().map(EmailAddress::as_str);
        let body = to_json(&CreateRequest {
            name: new.name.as_str(),
            user_email: for_user,
            expiration_date: new.expiry.time().map(|time| time.to_string()),
            team_name: new.team.as_deref(),
            account_name: new.account.as_deref(),
            token_type: new.token_type.map(TokenType::as_str),
        })?;
        let url = match for_user {
            None => self.url([TOKENS]),
            Some(_) => self.url([TOKENS, "for-user"]),
        };
        Ok(Creation {
            client: self,
            request: Request::new(Method::POST, url).with_json(body),
            for_user: for_user.map(str::to_owned),
        })
    }

    /// Deletes a token. If a retry gets 404, an earlier attempt is assumed to have deleted the token.
    pub async fn delete(&self, id: &TokenId) -> Result<(), Failure> {
        let segment = id.as_path_segment().ok_or_else(|| Failure::unsafe_id(&id.to_string()))?;
        let request = Request::new(Method::DELETE, self.url([TOKENS, segment]));
        match self.transmit(&request).await {
            Ok(response) if response.status == 404 && response.attempts > 1 && !response.is_html() => Ok(()),
            result => self.ensure_deleted(result, &request, Operation::DeleteToken),
        }
    }

    /// Deletes all tokens of a user. Requires the API key of a tenant admin.
    pub async fn revoke_all(&self, email: &EmailAddress) -> Result<(), Failure> {
        let email = email.as_str();
        let body = to_json(&json!({ "email": email }))?;
        let request = Request::new(Method::DELETE, self.url([TOKENS, "revoke", "all"])).with_json(body);
        let result = self.transmit(&request).await;
        self.ensure_deleted(result, &request, Operation::RevokeAll(email))
    }

    /// Checks the result of a deletion. The body of a successful response must be empty or JSON: an HTML page would come from a
    /// proxy.
    fn ensure_deleted(
        &self,
        result: Result<Response, Failure>,
        request: &Request,
        operation: Operation<'_>,
    ) -> Result<(), Failure> {
        let result = result.and_then(|response| {
            let body = response.body.trim_ascii();
            match failure_for(&response, &self.account, operation) {
                Some(failure) => Err(failure),
                None if is_refusal(body) => Err(refused(body)),
                None if body.is_empty() || serde_json::from_slice::<IgnoredAny>(body).is_ok() => Ok(()),
                None => Err(wire::unexpected("a response to a deletion", body)),
            }
        });
        result.map_err(|failure| match (request.applied(), operation) {
            (Applied::No, _) => failure,
            (Applied::Maybe, Operation::RevokeAll(_)) => failure.with_fact("the tokens may have been deleted"),
            (Applied::Maybe, _) => failure.with_fact("the token may have been deleted"),
        })
    }

    async fn send(&self, request: &Request, operation: Operation<'_>) -> Result<Response, Failure> {
        let response = self.transmit(request).await?;
        failure_for(&response, &self.account, operation).map_or(Ok(response), Err)
    }

    fn url<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        self.account.base_url.join(ROOT.into_iter().chain(segments))
    }
}

/// A request that creates a token. It is repeated only if the server cannot have processed it.
pub struct Creation<'a> {
    client: &'a Client,
    request: Request,
    for_user: Option<String>,
}

impl Creation<'_> {
    /// Returns whether the server may have created the token. Can be called while the request is being sent.
    pub fn applied(&self) -> Applied {
        self.request.applied()
    }

    /// Sends the request and returns the value of the new token.
    pub async fn send(&self) -> Result<TokenValue, Failure> {
        let operation = Operation::Create(self.for_user.as_deref());
        let response = self.client.send(&self.request, operation).await?;
        let token = parse_body(&response.body, "a token value")?.get("token");
        token
            .and_then(|token| TokenValue::parse(&token))
            .ok_or_else(|| wire::unexpected("a token value", &response.body))
    }
}

/// The failure of a response that reports an error with the status of a success.
fn refused(body: &[u8]) -> Failure {
    Failure::unexpected_response("the body reports an error, although the status is a success")
        .with_causes(server_message(body))
}

fn to_json(body: &impl Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(body).map_err(|error| Failure::new(Kind::Failed, error.to_string()))
}
