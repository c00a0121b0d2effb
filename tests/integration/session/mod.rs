//! The login session in `~/.truefoundry/credentials.json`: how it is read, refreshed and written.

#[cfg(unix)]
mod atomic_write;
mod credentials;
#[cfg(target_os = "linux")]
mod lock;
#[cfg(unix)]
mod read_only;
mod refresh;
mod refresh_failures;
mod rejected;
#[cfg(unix)]
mod signals;

use std::path::PathBuf;
use std::time::Duration;
#[cfg(target_os = "linux")]
use std::{
    fs::File,
    io::Read,
    path::Path,
    sync::mpsc::{Receiver, channel},
};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
#[cfg(target_os = "linux")]
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use serde_json::{Value, json};

use crate::support::{Call, FakeServer, Program};

const FILE: &str = ".truefoundry/credentials.json";

/// The limit of every wait.
const LIMIT: Duration = Duration::from_secs(20);

/// A session that ends in `seconds`, as the `tfy` CLI stores it, with a field that this client does not know.
fn session(server: &FakeServer, seconds: i64) -> Value {
    let expiry = Timestamp::now() + SignedDuration::from_secs(seconds);
    json!({
        "access_token": server.user_key(expiry),
        "refresh_token": server.refresh_token(),
        "host": server.url(),
        "version": 3,
        "unknown": {"kept": [null, 1.5, "é\n"]},
    })
}

/// An access token with these claims, which no server accepts.
fn access_token(claims: &Value) -> String {
    let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let header = part(r#"{"alg":"none"}"#);
    format!("{header}.{}.key_SENTINEL_", part(&claims.to_string()))
}

/// `list` with a login session and no other settings.
fn list(server: &FakeServer, session: &Value) -> Program {
    with_session("list --retries 0", server, session)
}

fn with_session(arguments: &str, server: &FakeServer, session: &Value) -> Program {
    Program::new(arguments).home_file(FILE, session.to_string()).observing(server)
}

fn path(program: &Program) -> PathBuf {
    program.home().join(FILE)
}

fn stored(program: &Program) -> Value {
    serde_json::from_slice(&std::fs::read(path(program)).unwrap()).unwrap()
}

/// Sends a message at the first event of such a kind at `path`.
#[cfg(target_os = "linux")]
fn watch(path: &Path, kind: WatchFlags) -> Receiver<()> {
    let events = inotify::init(CreateFlags::CLOEXEC).unwrap();
    inotify::add_watch(&events, path, kind).unwrap();
    let (sender, event) = channel();
    std::thread::spawn(move || {
        let _events = File::from(events).read(&mut [0; 4096]).unwrap();
        sender.send(()).ok();
    });
    event
}

/// Asserts that the session was refreshed `count` times, and that the stored access token is the key of all other requests.
#[track_caller]
fn assert_refreshed(server: &FakeServer, count: usize, program: &Program) {
    assert_eq!(server.calls(Call::Refresh).len(), count);
    let bearer = format!("Bearer {}", stored(program)["access_token"].as_str().unwrap());
    for request in server.calls(Call::List) {
        assert_eq!(request.header("authorization"), Some(&*bearer));
    }
}
