//! A stand-in of the platform on loopback: it keeps tokens, and refuses what the contract does not allow.
//!
//! It starts as the empty account of [`ADA`], an admin of the tenant [`TENANT`], with her signed-in key. Every secret
//! that it hands out has [`SENTINEL`] in it, and so have fields of its answers that no client has a use for.

mod account;
mod answer;
mod body;
mod faults;
mod keys;
mod page;
mod rules;
mod seed;
mod seen;
mod service;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

pub use account::{Account, Existing};
pub use faults::Fault;
pub use keys::{KEY_SENTINEL, SENTINEL, VALUE_SENTINEL};
pub use page::Total;
use rules::Access;
pub use seed::{TokenSeed, in_days};
pub use seen::{Call, Seen};
use service::Service;

/// The user whose key [`Platform::key`] is.
pub const ADA: &str = "ada@acme.test";
/// Another user of the tenant.
pub const GRACE: &str = "grace@acme.test";
pub const TENANT: &str = "acme";

/// A running stand-in, gone when dropped. Dropping it panics where a client sent [`Call::GetOrCreate`].
pub struct Platform {
    service: Arc<Mutex<Service>>,
    server: MockServer,
}

impl Platform {
    /// Serves on a free port of loopback.
    pub fn start() -> Self {
        let service = Arc::new(Mutex::new(Service::new()));
        let server = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime to start on")
            .block_on(serve(&service));
        Self { service, server }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// The URL below which the platform answers from now on as well; `prefix` is like `/team/x`.
    pub fn url_with_prefix(&self, prefix: &str) -> String {
        self.service().prefixes.push(prefix.to_owned());
        self.url() + prefix
    }

    /// What to sign in with: Ada's signed-in key, unless [`Self::sign_in_with_token`] was called.
    pub fn key(&self) -> String {
        self.service().keys.current.clone()
    }

    /// Adds the token and makes its value the key.
    pub fn sign_in_with_token(&self, seed: TokenSeed) -> &Self {
        let mut service = self.service();
        let key = service.keys.token_key();
        service.keys.current.clone_from(&key);
        service.account.add_with_value(seed, key);
        self
    }

    /// Another signed-in key of Ada's, accepted until `expiry`.
    pub fn user_key(&self, expiry: Timestamp) -> String {
        self.service().keys.user_key(expiry)
    }

    /// The one refresh token that is good now: each is good for one refresh.
    pub fn refresh_token(&self) -> String {
        self.service().keys.refresh.clone().unwrap_or_default()
    }

    /// From now on no refresh token is good.
    pub fn end_session(&self) -> &Self {
        self.service().keys.refresh = None;
        self
    }

    /// Adds a token and answers with its id. The last added is listed first.
    pub fn add(&self, seed: TokenSeed) -> String {
        self.service().account.add(seed)
    }

    /// Adds `token-0001`, `token-0002` and so on.
    pub fn add_many(&self, count: usize) -> &Self {
        let mut service = self.service();
        for number in 1..=count {
            service.account.add(TokenSeed::named(format!("token-{number:04}")));
        }
        drop(service);
        self
    }

    /// Adds an item of `data` as it is, of any shape.
    pub fn add_raw(&self, item: Value) -> &Self {
        self.service().account.add_raw(item);
        self
    }

    /// Ada's tokens that exist now, the last added first.
    pub fn tokens(&self) -> Vec<Existing> {
        self.tokens_of(ADA)
    }

    pub fn tokens_of(&self, email: &str) -> Vec<Existing> {
        self.service().account.tokens_of(email)
    }

    /// The value of the token last made with that name, also when it is gone.
    pub fn value_of(&self, name: &str) -> Option<String> {
        self.service().account.value_of(name)
    }

    /// Every request received, in order.
    pub fn requests(&self) -> Vec<Seen> {
        self.service().requests.clone()
    }

    /// The requests of one call.
    pub fn calls(&self, call: Call) -> Vec<Seen> {
        let mut requests = self.requests();
        requests.retain(|seen| seen.call == call);
        requests
    }

    /// Every key is refused with 401.
    pub fn reject_key(&self) -> &Self {
        self.service().rules.access = Access::Rejected;
        self
    }

    /// Every call on tokens is refused with 403.
    pub fn forbid(&self) -> &Self {
        self.service().rules.access = Access::Forbidden;
        self
    }

    /// Ada is no tenant admin.
    pub fn no_admin(&self) -> &Self {
        self.service().rules.admin = false;
        self
    }

    /// As older deployments: a token may create tokens.
    pub fn let_tokens_create(&self) -> &Self {
        self.service().rules.tokens_may_create = true;
        self
    }

    /// A page has at most so many tokens, whatever `limit` asks for.
    pub fn cap_page_size(&self, largest: usize) -> &Self {
        self.service().rules.largest_page = largest;
        self
    }

    /// Every page is the first one, though `pagination` says otherwise.
    pub fn ignore_offset(&self) -> &Self {
        self.service().rules.ignores_offset = true;
        self
    }

    /// What `pagination` says of the number of tokens.
    pub fn total(&self, total: Total) -> &Self {
        self.service().rules.total = total;
        self
    }

    /// Tokens must expire within so many days.
    pub fn max_token_age(&self, days: i64) -> &Self {
        self.service().rules.oldest_token = Some(days);
        self
    }

    /// Every answer takes so long; requests at the same time do not wait for each other.
    pub fn latency(&self, latency: Duration) -> &Self {
        self.service().latency = Some(latency);
        self
    }

    /// Runs before a request is applied, with its number (from 1): to make tokens come and go between pages.
    pub fn before_each(&self, hook: impl FnMut(usize, &Seen, &mut Account) + Send + 'static) -> &Self {
        self.service().hook = Some(Box::new(hook));
        self
    }

    pub fn inject(&self, fault: Fault) -> &Self {
        self.service().faults.push(fault);
        self
    }

    /// Answers the next such call with this, without applying it.
    pub fn answer_once(&self, call: Call, answer: ResponseTemplate) -> &Self {
        self.inject(Fault::answer(call, answer))
    }

    /// Answers every such call with this, without applying it.
    pub fn answer_always(&self, call: Call, answer: ResponseTemplate) -> &Self {
        self.inject(Fault::answer(call, answer).always())
    }

    fn service(&self) -> MutexGuard<'_, Service> {
        lock(&self.service)
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(
                self.calls(Call::GetOrCreate).is_empty(),
                "a client sent get-or-create, which makes tokens and hands out their values"
            );
        }
    }
}

/// Starts a server that leaves every answer to `service`.
async fn serve(service: &Arc<Mutex<Service>>) -> MockServer {
    let server = MockServer::builder().disable_request_recording().start().await;
    let [peeking, losing, answering] = [service; 3].map(Arc::clone);
    Mock::given(move |request: &Request| lock(&peeking).hangs_up(request))
        .respond_with_err(move |request: &Request| {
            lock(&losing).receive(request);
            io::Error::from(io::ErrorKind::ConnectionAborted)
        })
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(|_: &Request| true)
        .respond_with(move |request: &Request| {
            let answer = lock(&answering).receive(request);
            answer.expect("a request that is to be answered")
        })
        .mount(&server)
        .await;
    server
}

fn lock(service: &Mutex<Service>) -> MutexGuard<'_, Service> {
    service.lock().expect("a service whose hook did not panic")
}
