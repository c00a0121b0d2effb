//! Sends one request: adds the API key, limits time and size, and retries if that is safe.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderValue};
use reqwest::{Client, Method};
use rustls::ClientConfig;
use tokio::sync::Mutex;

use super::body::{self, Flag};
use super::clock::Clock;
use super::connect_error::failure_of;
use super::message::{Request, Response};
use super::pace::Pace;
use super::proxy::Proxy;
use super::retry::{Applied, Outcome};
use super::{http_client, tls};
use crate::error::{Failure, Kind};
use crate::secret::Key;
use crate::settings::BaseUrl;

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
    /// Wait before the next attempt, if one follows.
    pub wait: Option<Duration>,
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
    tls: ClientConfig,
    /// The pool of connections that requests share.
    http: RefCell<Client>,
    pace: Pace,
    /// Whether the server has asked for a client certificate.
    wants_certificate: Flag,
    /// Whether the server has answered a request.
    has_answered: Cell<bool>,
    /// Locked while a large response is read.
    large_response: Mutex<()>,
    authorization: RefCell<Option<HeaderValue>>,
    proxy: Option<Proxy>,
    /// Base URL and proxy, for messages.
    endpoint: String,
    pub clock: Clock,
    pub limits: Limits,
    pub report: Report,
}

impl Transport {
    /// Does not send any request.
    pub fn new(base_url: &BaseUrl, limits: Limits, report: Report) -> Result<Self, Failure> {
        let proxy = Proxy::for_server(base_url);
        let endpoint = match &proxy {
            Some(proxy) => format!("{base_url} through the proxy {}", proxy.address()),
            None => base_url.to_string(),
        };
        // Reading the certificate store takes milliseconds, and a machine without TLS may not have one.
        let is_encrypted = !base_url.is_plain_http() || proxy.as_ref().is_some_and(Proxy::is_encrypted);
        let wants_certificate = Flag::default();
        let tls = tls::configuration(is_encrypted, wants_certificate.clone()).map_err(|error| {
            Failure::new(Kind::Unreachable, format!("cannot connect to {endpoint}"))
                .caused_by(error)
                .hint("install the system's CA certificates, or set SSL_CERT_FILE to a file with certificates (PEM)")
        })?;
        let http = http_client::new(tls.clone(), limits.timeout, proxy.is_some())?;
        Ok(Self {
            tls,
            http: RefCell::new(http),
            pace: Pace::new(),
            wants_certificate,
            has_answered: Cell::new(false),
            large_response: Mutex::default(),
            authorization: RefCell::new(None),
            proxy,
            endpoint,
            clock: Clock::default(),
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
        self.proxy.as_ref().map(Proxy::address)
    }

    /// Makes later requests use new connections. The server, or a device in between, may have dropped those that were idle.
    /// Requests that are running keep their connection.
    pub fn reconnect(&self) -> Result<(), Failure> {
        self.http.replace(self.without_connections()?);
        Ok(())
    }

    fn without_connections(&self) -> Result<Client, Failure> {
        http_client::new(self.tls.clone(), self.limits.timeout, self.proxy.is_some())
    }

    /// Sends a request and returns the response, even if its status is an error. Retries as [`Outcome::wait`] allows.
    pub async fn send(&self, request: &Request) -> Result<Response, Failure> {
        let retries = self.limits.retries;
        let is_idempotent = request.method != Method::POST;
        let (mut attempts, mut failures, mut progress) = (0, 0, self.pace.progress());
        // The server may close a connection that was used before just when the request is sent.
        let mut needs_connection = !is_idempotent;
        loop {
            let slot = self.pace.enter().await;
            attempts += 1;
            let was_sent = request.sent.get();
            let start = Instant::now();
            let http = if needs_connection { self.without_connections()? } else { self.http.borrow().clone() };
            let (result, outcome) = self.attempt(request, &http).await;
            // An attempt can time out before it sends the body.
            let is_applied = !request.is_unsent() && outcome.applied() == Applied::Maybe;
            request.sent.set(was_sent || is_applied);
            // While other requests succeed, a refusal only means that there are too many of them.
            let is_progress = outcome.is_rate_limit() && self.pace.progress() > progress;
            failures = if is_progress { 1 } else { failures + 1 };
            progress = self.pace.progress();
            let wait = outcome.wait(failures, is_idempotent, fastrand::f64()).filter(|_| failures <= retries);
            (self.report)(Event::Attempt(Attempt {
                method: &request.method,
                path: request.path(),
                status: result.as_ref().ok().map(|response| response.status),
                elapsed: start.elapsed(),
                number: attempts,
                max_attempts: wait.map(|_| attempts + 1 + retries - failures),
                wait,
            }));
            match wait {
                Some(wait) if outcome.is_rate_limit() => slot.slow_down(wait),
                None if result.is_ok() && !outcome.is_rate_limit() => slot.complete(),
                _ => {}
            }
            drop(slot);
            let Some(wait) = wait else {
                return result.map(|response| Response { attempts, ..response });
            };
            needs_connection |= result.is_err();
            if !outcome.is_rate_limit() {
                tokio::time::sleep(wait).await;
            }
        }
    }

    async fn attempt(&self, request: &Request, http: &Client) -> (Result<Response, Failure>, Outcome) {
        match tokio::time::timeout(self.limits.timeout, Box::pin(self.exchange(request, http))).await {
            Ok(Ok(Some(response))) => {
                let outcome = Outcome::Response { status: response.status, retry_after: response.retry_after() };
                (Ok(response), outcome)
            }
            Ok(Ok(None)) => {
                let failure = Failure::unexpected_response("the response is larger than 32 MiB");
                (Err(failure), Outcome::GaveUp)
            }
            Err(_) => {
                let seconds = self.limits.timeout.as_secs_f64();
                let message = format!("no response from {} within {seconds} s", self.endpoint);
                let failure = Failure::new(Kind::Unreachable, message).hint("try again, or increase --timeout");
                (Err(failure), Outcome::GaveUp)
            }
            Ok(Err(error)) => {
                let wants_certificate = self.wants_certificate.get() && !self.has_answered.get();
                let proxy = self.proxy.as_ref();
                let (failure, outcome) =
                    failure_of(error, &self.endpoint, &request.url, proxy, wants_certificate).await;
                let outcome = match outcome {
                    Outcome::Lost if wants_certificate && request.body.is_none() => Outcome::Final,
                    Outcome::Lost if request.is_unsent() => Outcome::NotSent,
                    outcome => outcome,
                };
                (Err(failure), outcome)
            }
        }
    }

    /// Sends the request once. Returns `None` if the response is too large.
    async fn exchange(&self, request: &Request, http: &Client) -> Result<Option<Response>, reqwest::Error> {
        let mut builder = http.request(request.method.clone(), request.url.clone()).header(ACCEPT, "application/json");
        if let Some(authorization) = self.authorization() {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        if let Some(body) = &request.body {
            builder = builder
                .header(CONTENT_TYPE, "application/json")
                // The body that is sent does not tell its length.
                .header(CONTENT_LENGTH, body.len())
                // A proxy may decompress the response and keep the header. That must not lose the value of a new token.
                .header(ACCEPT_ENCODING, "identity")
                .body(body::tracked(body.clone(), request.sent.clone()));
        }
        let mut answer = builder.send().await?;
        self.has_answered.set(true);
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let mut response = Response { status: status.as_u16(), headers, body: Vec::new(), attempts: 0 };
        self.clock.set(response.header(DATE));
        match body::read(answer, &self.large_response).await? {
            Some(body) => response.body = body,
            // The status of a failed request is useful without its body.
            None if !status.is_success() => {}
            None => return Ok(None),
        }
        if status.is_success()
            && let Some(refusal) = body::status_in(&response.body)
        {
            response.status = refusal;
        }
        Ok(Some(response))
    }
}
