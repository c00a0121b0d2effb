//! Sends one request: adds the API key, limits time and size, and retries if that is safe.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Context;
use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Client, Method, redirect};
use serde::Deserialize;
use url::Url;

use super::body::{self, SentFlag, TrackedBody};
use super::connect_error::RequestError;
use super::retry::{Applied, Outcome, RetryPolicy, parse_retry_after};
use super::tls;
use super::wire::parse_object;
use crate::error::{Failure, Kind};
use crate::secret::Key;
use crate::settings::BaseUrl;

/// Time limit for making a connection. A shorter `--timeout` replaces it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Maximum idle time of a connection that is used again. It may die while the program waits for the user to answer.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum length of a `Location` header that is shown, in bytes.
const MAX_LOCATION_LENGTH: usize = 8 * 1024;

/// Maximum size of a body that is searched for a status, in bytes.
const MAX_ERROR_SIZE: usize = 16 * 1024;

/// Limits from the command line.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time limit for one attempt, including the response body.
    pub timeout: Duration,
    pub retries: u32,
}

/// One attempt of a request, for `--verbose` and the spinner. It contains no secrets.
pub struct Attempt<'a> {
    pub method: &'a Method,
    /// Path and query.
    pub path: &'a str,
    /// `None` if there was no response.
    pub status: Option<u16>,
    pub elapsed: Duration,
    /// Counts from 1.
    pub number: u32,
    /// Maximum number of attempts, if another attempt follows.
    pub max_attempts: Option<u32>,
}

/// News for the user while a call is in progress.
pub enum Event<'a> {
    /// An attempt has ended.
    Attempt(Attempt<'a>),
    Warning(String),
}

/// Called for each event.
pub type Report = Rc<dyn Fn(Event<'_>)>;

/// The HTTP client of one server, with or without an API key.
pub struct Transport {
    http: Client,
    authorization: RefCell<Option<HeaderValue>>,
    proxy: Option<String>,
    /// Base URL and proxy, for messages.
    endpoint: String,
    pub limits: Limits,
    pub report: Report,
}

/// A request that can be sent more than once.
pub struct Request {
    method: Method,
    url: Url,
    body: Option<Bytes>,
    /// Set when the body starts to be sent, and after an attempt that the server may have acted on.
    sent: SentFlag,
}

/// A response of any status.
pub struct Response {
    pub status: u16,
    /// Target of a redirect.
    pub location: Option<String>,
    pub body: Vec<u8>,
    /// Number of attempts that were made.
    pub attempts: u32,
    retry_after: Option<Duration>,
}

impl Request {
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, body: None, sent: SentFlag::default() }
    }

    pub fn with_json(self, body: Vec<u8>) -> Self {
        Self { body: Some(body.into()), ..self }
    }

    /// Returns whether the server may have acted on the request. Can be called while the request is being sent.
    pub fn applied(&self) -> Applied {
        if self.sent.get() { Applied::Maybe } else { Applied::No }
    }

    /// Returns `true` if an attempt has just ended without sending the body. `false` for a request without a body.
    fn is_unsent(&self) -> bool {
        self.body.is_some() && !self.sent.get()
    }

    fn path(&self) -> &str {
        &self.url[url::Position::BeforePath..url::Position::AfterQuery]
    }
}

impl Transport {
    /// Does not send any request.
    pub fn new(base_url: &BaseUrl, limits: Limits, report: Report) -> Result<Self, Failure> {
        let proxy = tls::proxy_for(base_url);
        let endpoint = match &proxy {
            Some(proxy) => format!("{base_url} through the proxy {}", tls::redacted_url(proxy)),
            None => base_url.to_string(),
        };
        // Reading the certificate store takes milliseconds, and a machine without TLS may not have one.
        let is_encrypted = !base_url.is_plain_http() || proxy.as_ref().is_some_and(|proxy| proxy.scheme() == "https");
        let http = tls::configuration(is_encrypted).and_then(|tls| http_client(tls, limits.timeout, proxy.is_some()));
        let http = http.map_err(|error| {
            Failure::new(Kind::Unreachable, format!("cannot connect to {endpoint}"))
                .caused_by(error)
                .hint("install the system's CA certificates, or set SSL_CERT_FILE to a file with certificates (PEM)")
        })?;
        Ok(Self {
            http,
            authorization: RefCell::new(None),
            proxy: proxy.as_ref().map(tls::redacted_url),
            endpoint,
            limits,
            report,
        })
    }

    /// Sends this API key with all requests from now on.
    pub fn authorize(&self, key: &Key) -> Result<(), Failure> {
        let authorization = HeaderValue::from_str(&format!("Bearer {}", key.expose()));
        let mut authorization = authorization.map_err(|error| Failure::invalid("API key", error))?;
        authorization.set_sensitive(true);
        self.authorization.replace(Some(authorization));
        Ok(())
    }

    pub fn authorization(&self) -> Option<HeaderValue> {
        self.authorization.borrow().clone()
    }

    pub fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref()
    }

    /// Sends a request and returns the response, even if its status is an error. Retries as [`RetryPolicy`] allows.
    pub async fn send(&self, request: &Request) -> Result<Response, Failure> {
        let policy = RetryPolicy { retries: self.limits.retries };
        let is_idempotent = request.method != Method::POST;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let was_sent = request.sent.get();
            let start = Instant::now();
            let (result, outcome) = self.attempt(request).await;
            // An attempt can time out before it sends the body.
            let is_applied = !request.is_unsent() && outcome.applied() == Applied::Maybe;
            request.sent.set(was_sent || is_applied);
            let wait = policy.wait(attempts, is_idempotent, outcome, fastrand::f64());
            (self.report)(Event::Attempt(Attempt {
                method: &request.method,
                path: request.path(),
                status: result.as_ref().ok().map(|response| response.status),
                elapsed: start.elapsed(),
                number: attempts,
                max_attempts: wait.map(|_| policy.retries + 1),
            }));
            match wait {
                None => return result.map(|response| Response { attempts, ..response }),
                Some(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    async fn attempt(&self, request: &Request) -> (Result<Response, Failure>, Outcome) {
        let error = match tokio::time::timeout(self.limits.timeout, self.exchange(request)).await {
            Ok(Ok(Some(response))) => {
                let outcome = Outcome::Response { status: response.status, retry_after: response.retry_after };
                return (Ok(response), outcome);
            }
            Ok(Ok(None)) => {
                let failure = Failure::unexpected_response("the response is larger than 32 MiB");
                return (Err(failure), Outcome::GaveUp);
            }
            Err(_) => {
                let seconds = self.limits.timeout.as_secs_f64();
                let message = format!("no response from {} within {seconds} s", self.endpoint);
                let failure = Failure::new(Kind::Unreachable, message).hint("try again, or increase --timeout");
                return (Err(failure), Outcome::GaveUp);
            }
            Ok(Err(error)) => RequestError::new(error, &self.endpoint),
        };
        let outcome = match &error {
            RequestError { is_final: true, .. } => Outcome::Final,
            RequestError { is_unconnected: true, .. } => Outcome::NotSent,
            _ if request.is_unsent() => Outcome::NotSent,
            _ => Outcome::Lost,
        };
        (Err(error.failure), outcome)
    }

    /// Sends the request once. Returns `None` if the response is too large.
    async fn exchange(&self, request: &Request) -> Result<Option<Response>, reqwest::Error> {
        let mut builder =
            self.http.request(request.method.clone(), request.url.clone()).header(ACCEPT, "application/json");
        if let Some(authorization) = self.authorization() {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        if let Some(body) = &request.body {
            let body = reqwest::Body::wrap(TrackedBody::new(body.clone(), request.sent.clone()));
            builder = builder.header(CONTENT_TYPE, "application/json").body(body);
        }
        let response = builder.send().await?;
        let status = response.status();
        let header = |name: &HeaderName| response.headers().get(name)?.to_str().ok();
        let location = header(&LOCATION).filter(|location| location.len() <= MAX_LOCATION_LENGTH);
        let location = location.map(str::to_owned);
        let retry_after = header(&RETRY_AFTER).and_then(|value| parse_retry_after(value, header(&DATE)));
        let body = match body::read(response).await? {
            // The status of a failed request is useful without its body.
            None if !status.is_success() => Some(Vec::new()),
            body => body,
        };
        Ok(body.map(|body| {
            let refusal = if status.is_success() { status_in_body(&body) } else { None };
            let status = refusal.unwrap_or(status.as_u16());
            Response { status, location, body, attempts: 0, retry_after }
        }))
    }
}

/// Returns the status in the JSON of an error. Some gateways send errors with the status 200.
fn status_in_body(body: &[u8]) -> Option<u16> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ErrorJson {
        status_code: u16,
    }
    let text = std::str::from_utf8(body).ok().filter(|text| text.len() <= MAX_ERROR_SIZE)?;
    parse_object(text).map(|error: ErrorJson| error.status_code).filter(|status| (400..=599).contains(status))
}

fn http_client(tls: rustls::ClientConfig, timeout: Duration, uses_proxy: bool) -> anyhow::Result<Client> {
    let mut builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .user_agent(concat!("tfy-tokens/", env!("CARGO_PKG_VERSION")));
    // If both limits expired at the same moment, the error message would be random.
    if timeout > CONNECT_TIMEOUT {
        builder = builder.connect_timeout(CONNECT_TIMEOUT);
    }
    if !uses_proxy {
        builder = builder.no_proxy();
    }
    builder.build().context("cannot set up the HTTP client")
}
