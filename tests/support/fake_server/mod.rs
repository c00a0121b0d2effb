//! A fake TrueFoundry control plane on loopback that keeps tokens and refuses requests outside the contract.
//!
//! It starts as the empty account of [`ADA`], an admin of the tenant [`TENANT`], with her signed-in key. Every secret that
//! it issues contains [`SENTINEL`], and so do fields of its responses that no client needs.

mod account;
mod body;
mod faults;
mod issuer;
mod request;
mod rules;
mod seed;
mod service;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::Timestamp;
use serde_json::Value;
use wiremock::{Mock, MockServer, Request};

pub use account::{Account, Token};
pub use faults::{Answer, Fault};
pub use request::{Call, ReceivedRequest};
pub use rules::{Rules, Total};
pub use seed::Seed;
use service::Service;

/// The user that [`FakeServer::key`] belongs to.
pub const ADA: &str = "ada@acme.test";
/// Another user of the tenant.
pub const GRACE: &str = "grace@acme.test";
pub const TENANT: &str = "acme";
/// Part of every secret of the server: `key_SENTINEL` of keys and refresh tokens, `value_SENTINEL` of tokens' values.
pub const SENTINEL: &str = "SENTINEL";

/// A running server. It stops when it and all programs made for it are dropped, and panics then if a client sent
/// [`Call::GetOrCreate`].
#[derive(Clone)]
pub struct FakeServer(Arc<Running>);

struct Running {
    service: Arc<Mutex<Service>>,
    server: MockServer,
}

impl FakeServer {
    pub fn start() -> Self {
        let mut service = Service::default();
        service.account.key = service.account.log_in();
        let service = Arc::new(Mutex::new(service));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let server = runtime.expect("a runtime").block_on(serve(&service));
        Self(Arc::new(Running { service, server }))
    }

    /// From now on, IDs and values look like real ones.
    pub fn make_realistic(&self) {
        self.service().account.is_realistic = true;
    }

    /// Starts with these tokens; see [`Self::add`].
    pub fn with(seeds: &[&str]) -> Self {
        let server = Self::start();
        for seed in seeds {
            server.add(seed);
        }
        server
    }

    /// `http://127.0.0.1:PORT`; the server also answers below `/team/x`.
    pub fn url(&self) -> String {
        self.0.server.uri()
    }

    /// Ada's signed-in key (a JWT), or the token of [`Self::sign_in_with_token`].
    pub fn key(&self) -> String {
        self.service().account.key.clone()
    }

    /// Adds a token and makes its value the key; returns its id.
    pub fn sign_in_with_token(&self, seed: &str) -> String {
        self.service().account.add_key(seed)
    }

    /// Another signed-in key of Ada's, accepted until `expiry`.
    pub fn user_key(&self, expiry: Timestamp) -> String {
        self.service().account.user_key(expiry)
    }

    /// The refresh token that is valid now: each can be used once.
    pub fn refresh_token(&self) -> String {
        self.service().account.refresh_token.clone()
    }

    /// Adds a token described by a [`Seed`] and returns its id. The last token added is listed first.
    pub fn add(&self, seed: &str) -> String {
        self.service().account.add(seed)
    }

    /// Adds `token-0001`, `token-0002` and so on.
    pub fn add_many(&self, count: usize) {
        for number in 1..=count {
            self.add(&format!("token-{number:04}"));
        }
    }

    /// Adds an item of `data` as it is, of any shape.
    pub fn add_raw(&self, item: Value) {
        self.service().account.add_raw(item);
    }

    /// Changes the JSON of a token as listings show it, to make it unusual.
    pub fn edit(&self, id: &str, edit: impl FnOnce(&mut Value)) {
        self.service().account.edit(id, edit);
    }

    /// Ada's tokens, the last added first.
    pub fn tokens(&self) -> Vec<Token> {
        self.tokens_of(ADA)
    }

    pub fn tokens_of(&self, email: &str) -> Vec<Token> {
        self.service().account.tokens_of(email)
    }

    /// The names of Ada's tokens, the last added first, separated by spaces.
    pub fn names(&self) -> String {
        let names: Vec<_> = self.tokens().into_iter().map(|token| token.name).collect();
        names.join(" ")
    }

    /// The value of the token last created with that name, even if it was deleted.
    pub fn value_of(&self, name: &str) -> Option<String> {
        self.service().account.value_of(name)
    }

    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.service().requests.clone()
    }

    pub fn calls(&self, call: Call) -> Vec<ReceivedRequest> {
        self.requests().into_iter().filter(|request| request.call == call).collect()
    }

    pub fn rules(&self, change: impl FnOnce(&mut Rules)) -> &Self {
        change(&mut self.service().rules);
        self
    }

    /// Runs before a request is applied, with its number (from 1), so that tokens can come and go between pages.
    pub fn before_each(&self, hook: impl FnMut(usize, &ReceivedRequest, &mut Account) + Send + 'static) {
        self.service().hook = Some(Box::new(hook));
    }

    /// Adds a fault. Of the faults that match a request, the first one added is used.
    pub fn add_fault(&self, fault: Fault) -> &Self {
        self.service().faults.push(fault);
        self
    }

    /// Answers the next such call with this, without applying it.
    pub fn answer_once(&self, call: Call, answer: impl Answer) -> &Self {
        self.add_fault(Fault::answer(call, answer))
    }

    pub fn answer_always(&self, call: Call, answer: impl Answer) -> &Self {
        self.add_fault(Fault::answer(call, answer).always())
    }

    fn service(&self) -> MutexGuard<'_, Service> {
        lock(&self.0.service)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let is_forbidden = |request: &ReceivedRequest| request.call == Call::GetOrCreate;
            let was_called = lock(&self.service).requests.iter().any(is_forbidden);
            assert!(!was_called, "get-or-create was called, which creates tokens");
        }
    }
}

/// Starts a server that leaves every response to `service`.
async fn serve(service: &Arc<Mutex<Service>>) -> MockServer {
    let server = MockServer::builder().disable_request_recording().start().await;
    let [matching, failing, answering] = [service; 3].map(Arc::clone);
    let hangs_up = Mock::given(move |raw: &Request| lock(&matching).hangs_up(raw));
    let hangs_up = hangs_up.respond_with_err(move |raw: &Request| {
        lock(&failing).receive(raw);
        io::Error::from(io::ErrorKind::ConnectionAborted)
    });
    hangs_up.with_priority(1).mount(&server).await;
    let answers = Mock::given(|_: &Request| true)
        .respond_with(move |raw: &Request| lock(&answering).receive(raw).expect("a response"));
    answers.mount(&server).await;
    server
}

fn lock(service: &Mutex<Service>) -> MutexGuard<'_, Service> {
    service.lock().expect("a service whose hook did not panic")
}
