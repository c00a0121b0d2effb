//! One request and its answer: signed, bounded in time and size, and repeated as far as that is safe.

use std::cell::Cell;
use std::time::{Duration, Instant};

use anyhow::Context;
use bytes::Bytes;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Client, Method, Response, redirect};
use url::Url;
use zeroize::Zeroizing;

use super::body::{self, Outgoing, Sent};
use super::connection::Broken;
use super::proxy;
use super::retry::{Outcome, RetryPolicy, retry_after};
use super::tls;
use super::trace::{Trace, Try};
use crate::error::Error;
use crate::settings::Account;

/// How long a connection may take to be made, where `--timeout` allows as much.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// No redirect of a platform or a sign-in page points further, in bytes. Looking a longer one through for keys would take long.
const LONGEST_LOCATION: usize = 8 * 1024;

/// What the command line says of every request.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest that one try may take, its body included.
    pub timeout: Duration,
    /// How many times a request is repeated at most.
    pub retries: u32,
}

/// The one way to the platform.
pub struct Transport {
    http: Client,
    headers: HeaderMap,
    /// The proxy on the way, without what is secret in its address.
    proxy: Option<String>,
    /// The base URL and the proxy on the way, as a user knows them.
    place: String,
    limits: Limits,
    trace: Trace,
}

/// A request, ready to be sent any number of times.
pub struct Request {
    method: Method,
    url: Url,
    body: Option<Bytes>,
    sent: Sent,
    may_have_been_applied: Cell<bool>,
}

/// An answer, whatever its status.
pub struct Answer {
    pub status: u16,
    /// Where a redirect points.
    pub location: Option<String>,
    pub body: Zeroizing<Vec<u8>>,
    /// How many tries it took.
    pub tries: u32,
    retry_after: Option<Duration>,
}

impl Request {
    /// A request without a body.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            body: None,
            sent: Sent::default(),
            may_have_been_applied: Cell::default(),
        }
    }

    /// The same with a body of JSON.
    pub fn with_json(self, json: Zeroizing<Vec<u8>>) -> Self {
        Self {
            body: Some(Bytes::from_owner(json)),
            ..self
        }
    }

    /// Tells, also while the request is under way, whether any of it may have reached the platform.
    pub fn sent(&self) -> Sent {
        self.sent.clone()
    }

    /// Whether one of its tries may have done on the platform what it asks for, though no success came back.
    pub fn may_have_been_applied(&self) -> bool {
        self.may_have_been_applied.get()
    }

    /// Whether it has a body, and no connection ever took it.
    fn has_stayed(&self) -> bool {
        self.body.is_some() && !self.sent.get()
    }

    fn path(&self) -> &str {
        &self.url[url::Position::BeforePath..url::Position::AfterQuery]
    }
}

impl Transport {
    /// A way to the account's platform. Whom to trust is looked up only where something will be encrypted.
    pub fn new(account: &Account, limits: Limits, trace: Trace) -> Result<Self, Error> {
        let base_url = account.base_url();
        let proxy = proxy::on_the_way_to(base_url);
        let place = match &proxy {
            Some(proxy) => format!("{base_url} through the proxy {}", proxy::shown(proxy)),
            None => base_url.to_string(),
        };
        let is_encrypted = !base_url.is_plain_http() || proxy.as_ref().is_some_and(|proxy| proxy.scheme() == "https");
        let http = tls::configuration(is_encrypted).and_then(|tls| http_client(tls, limits.timeout, proxy.is_some()));
        let http = http.map_err(|why| Error::Unreachable {
            place: place.clone(),
            why,
            hint: Some("install the system's CA certificates, or export SSL_CERT_FILE=/path/to/certificates.pem"),
        })?;
        let headers = headers(account).map_err(|why| Error::bad_input(account.key_from().to_string(), why))?;
        Ok(Self {
            http,
            headers,
            proxy: proxy.as_ref().map(proxy::shown),
            place,
            limits,
            trace,
        })
    }

    /// The proxy on the way.
    pub fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref()
    }

    /// Sends a request until it is answered or trying again is of no use. An error says that no whole answer came.
    pub async fn send(&self, request: &Request) -> Result<Answer, Error> {
        let policy = RetryPolicy {
            retries: self.limits.retries,
        };
        let is_idempotent = request.method != Method::POST;
        let mut tries = 0;
        loop {
            tries += 1;
            let began = Instant::now();
            let (result, outcome) = self.try_once(request).await;
            if outcome.may_have_been_applied() {
                request.may_have_been_applied.set(true);
            }
            let wait = policy.wait(tries, is_idempotent, outcome, fastrand::f64());
            (self.trace)(&Try {
                method: request.method.as_str(),
                path: request.path(),
                status: result.as_ref().ok().map(|answer| answer.status),
                took: began.elapsed(),
                number: tries,
                repeated_of: wait.map(|_| policy.retries + 1),
            });
            let Some(wait) = wait else {
                return result.map(|answer| Answer { tries, ..answer });
            };
            if !is_idempotent {
                // It is repeated only because it has not been applied.
                request.sent.clear();
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn try_once(&self, request: &Request) -> (Result<Answer, Error>, Outcome) {
        match tokio::time::timeout(self.limits.timeout, self.exchange(request)).await {
            Ok(Ok(Some(answer))) => {
                let outcome = Outcome::Answered {
                    status: answer.status,
                    retry_after: answer.retry_after,
                };
                (Ok(answer), outcome)
            }
            Ok(Ok(None)) => (
                Err(Error::Nonsense(
                    "it is larger than anything the platform sends".to_owned(),
                )),
                Outcome::Final,
            ),
            Ok(Err(error)) => {
                let broken = Broken::new(error);
                let outcome = match broken.may_pass {
                    false => Outcome::Final,
                    true if broken.is_connect || request.has_stayed() => Outcome::NotSent,
                    true => Outcome::Lost,
                };
                (Err(broken.told(&self.place)), outcome)
            }
            Err(_) => {
                let seconds = self.limits.timeout.as_secs_f64();
                (
                    Err(Error::TimedOut {
                        place: self.place.clone(),
                        seconds,
                    }),
                    Outcome::TimedOut,
                )
            }
        }
    }

    /// One request over one connection; `None` when the answer is larger than any the platform sends.
    async fn exchange(&self, request: &Request) -> Result<Option<Answer>, reqwest::Error> {
        let mut builder = self
            .http
            .request(request.method.clone(), request.url.clone())
            .headers(self.headers.clone());
        if let Some(body) = &request.body {
            let body = reqwest::Body::wrap(Outgoing::new(body.clone(), request.sent.clone()));
            builder = builder.header(CONTENT_TYPE, "application/json").body(body);
        }
        let response = builder.send().await?;
        let status = response.status().as_u16();
        let location = text_of(&response, &LOCATION).filter(|location| location.len() <= LONGEST_LOCATION);
        let location = location.map(str::to_owned);
        let retry_after =
            text_of(&response, &RETRY_AFTER).and_then(|value| retry_after(value, text_of(&response, &DATE)));
        let is_refusal = !response.status().is_success();
        // Of a refusal the status says enough.
        let body = body::read(response)
            .await?
            .or_else(|| is_refusal.then(Zeroizing::default));
        Ok(body.map(|body| Answer {
            status,
            location,
            body,
            tries: 0,
            retry_after,
        }))
    }
}

fn text_of<'a>(response: &'a Response, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

fn http_client(tls: rustls::ClientConfig, timeout: Duration, uses_proxy: bool) -> anyhow::Result<Client> {
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .referer(false)
        .user_agent(concat!("tfy-tokens/", env!("CARGO_PKG_VERSION")));
    // Were both limits to end at the same moment, it would be chance which of them the error names.
    let builder = if timeout > CONNECT_TIMEOUT {
        builder.connect_timeout(CONNECT_TIMEOUT)
    } else {
        builder
    };
    let builder = if uses_proxy { builder } else { builder.no_proxy() };
    builder.build().context("the HTTP client cannot be set up")
}

fn headers(account: &Account) -> anyhow::Result<HeaderMap> {
    let bearer = Zeroizing::new(format!("Bearer {}", account.key().expose()));
    let mut authorization = HeaderValue::from_str(&bearer).context("it cannot be sent in a header")?;
    authorization.set_sensitive(true);
    Ok(HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("application/json")),
        (AUTHORIZATION, authorization),
    ]))
}
