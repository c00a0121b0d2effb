//! The vendor's sign-in: `~/.truefoundry/credentials.json`, read, refreshed and written back.

mod file;
mod interrupted;
mod lock;
mod refresh;
mod refused;
mod signalled;

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::platform::{Call, Platform};
use crate::support::program::Program;

const FILE: &str = ".truefoundry/credentials.json";

/// A session with so many seconds left, as the vendor's CLI writes it down, with fields that we know nothing of.
fn session(platform: &Platform, seconds: i64) -> Value {
    let expiry = Timestamp::now() + SignedDuration::from_secs(seconds);
    json!({
        "access_token": platform.user_key(expiry),
        "refresh_token": platform.refresh_token(),
        "host": platform.url(),
        "version": 3,
        "unknown": {"kept": [null, 1.5, "é\n"]},
    })
}

/// An access token with these claims, which no platform accepts.
fn access_token(claims: &Value) -> String {
    let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.key_SENTINEL_",
        part(r#"{"alg":"none"}"#),
        part(&claims.to_string())
    )
}

/// `list` of somebody who has signed in.
fn list(session: &Value) -> Program {
    Program::bare()
        .write_home_file(FILE, session.to_string())
        .args(["list", "--retries", "0"])
}

fn path(program: &Program) -> PathBuf {
    program.home().join(FILE)
}

fn stored(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Asserts that the command is refused with these words about the file, which stays as it was, and that nothing was asked.
#[track_caller]
fn refused_unasked(platform: &Platform, program: &Program, why: &str, hint: &str) {
    let before = std::fs::read(path(program)).ok();
    let run = program.run().exits(3);
    let expected = format!(
        "error: the sign-in in {} cannot be used: {why}\nhint: {hint}\n",
        path(program).display()
    );
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", expected.as_str()));
    assert_eq!(platform.requests().len(), 0);
    assert_eq!(std::fs::read(path(program)).ok(), before);
}

/// Asserts that the session was refreshed so many times, and that all other requests were signed with what is stored now.
#[track_caller]
fn refreshed(platform: &Platform, times: usize, program: &Program) {
    assert_eq!(platform.calls(Call::Refresh).len(), times);
    let key = stored(&path(program))["access_token"].as_str().unwrap().to_owned();
    for request in platform.calls(Call::List) {
        assert_eq!(request.header("authorization"), Some(&*format!("Bearer {key}")));
    }
}
