//! Sources of the base URL and the API key, and the hosts that a key is never sent to.

mod base_url;
mod dotenv;
mod environment;
mod key;
mod redirects;
mod sources;
mod trust;

use serde_json::json;

use crate::support::servers::{RawServer, Script};
use crate::support::{FakeServer, Program, Run};

const LIST: &str = "list --retries 0";

const KEY: &str = "tfy_key_SENTINEL_of_the_tests";

/// The credentials file.
const CREDENTIALS: &str = ".truefoundry/credentials.json";

/// A server that accepts any key.
fn greedy_server() -> RawServer {
    RawServer::answering(vec![Script::json(200, r#"{"data":[],"pagination":{"total":0}}"#)])
}

#[track_caller]
fn assert_untouched(server: &RawServer) {
    assert_eq!(server.received().connections(), 0, "a connection was made");
}

/// Asserts that the server listed an empty account.
#[track_caller]
fn lists(run: Run) -> Run {
    let run = run.exits(0);
    assert!(run.stderr.contains("You have no tokens."), "{}", run.snapshot());
    run
}

fn credentials(host: &str, key: &str) -> String {
    json!({"access_token": key, "host": host}).to_string()
}

/// Two servers with one key each. In the texts of a test, `A` and `B` are their base URLs (`A/x` has a path), `a` and `b` the keys.
struct Hosts {
    a: FakeServer,
    b: RawServer,
}

impl Hosts {
    fn start() -> Self {
        let (a, b) = (FakeServer::start(), greedy_server());
        Self { a, b }
    }

    /// `list` with variables, lines of `.env`, and `HOST KEY` of a login session; all of them separated by spaces.
    fn program(&self, variables: &str, dotenv: &str, login: &str) -> Program {
        let program = Program::new(LIST).envs(&self.expand(variables)).observing(&self.a);
        let program = program.cwd_file(".env", self.expand(dotenv).replace(' ', "\n"));
        match self.expand(login).split_once(' ') {
            Some((host, key)) => program.home_file(CREDENTIALS, credentials(host, key)),
            None => program,
        }
    }

    fn expand(&self, text: &str) -> String {
        let words = text.split_whitespace().map(|word| {
            let (name, value) = word.rsplit_once('=').unwrap_or(("", word));
            let value = match (value, value.split_at_checked(1)) {
                ("a", _) => self.a.key(),
                ("b", _) => KEY.to_owned(),
                (_, Some(("A", path))) => self.a.url() + path,
                (_, Some(("B", path))) => self.b.url() + path,
                _ => value.to_owned(),
            };
            if name.is_empty() { value } else { format!("{name}={value}") }
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// A message with `A`, `B` and `LOGIN` in place of the base URLs and the credentials file.
    fn abbreviate(&self, text: &str, program: &Program) -> String {
        let path = program.home().join(CREDENTIALS);
        let text = text.replace(&*path.to_string_lossy(), "LOGIN");
        text.replace(&self.a.url(), "A").replace(&self.b.url(), "B")
    }
}
