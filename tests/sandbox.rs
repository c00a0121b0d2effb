//! Runs the program on a made-up account: `cargo run --example sandbox -- list`.
//!
//! Without arguments it serves that account until Ctrl-C.

#![allow(clippy::expect_used, reason = "a program to try things on")]

#[allow(dead_code, unused_imports, reason = "the tests use the rest")]
#[path = "support/fake_server/mod.rs"]
mod fake_server;

use std::io::{self, Write as _};
use std::process::{Command, ExitCode};
use std::{env, thread};

use fake_server::FakeServer;

/// Is set in the environment of the child that runs the program.
const IS_CHILD: &str = "TFY_TOKENS_SANDBOX";

/// Ten of the 120 tokens. The others are named after a service and its use.
const TOKENS: [&str; 10] = [
    "grafana-export created=-400d used=-1d",
    "old-laptop created=-380d expires=-15d used=-97d",
    "data-sync created=-210d expires=155d used=-2d team=data",
    "ci-pipeline created=-176d expires=9d used=-2h team=platform",
    "Ada's first token (web) created=-140d used=-40d",
    "release-bot created=-120d expires=245d used=-6d team=platform",
    "load-test created=-64d expires=26d",
    "laptop-ada created=-41d expires=3d used=-3d",
    "terraform created=-20d expires=345d used=-1d team=infra type=jwt",
    "laptop-grace created=-4d expires=86d used=-1h",
];

/// The number of seconds after which a login is confirmed.
const POLLS: usize = 3;

const SERVICES: &str = "billing search-index feature-store-offline gateway model-registry notifications \
    recommendations-batch fraud-scoring image-resizer customer-data-platform-exporter audit-log";

const USES: &str = "ci cd dev qa eval load sync cron demo s3";

fn main() -> io::Result<ExitCode> {
    if env::var_os(IS_CHILD).is_some() {
        return Ok(tfy_tokens::run(std::iter::once("tfy-tokens".into()).chain(env::args_os().skip(1))));
    }
    let server = account();
    server.rules(|rules| rules.polls = POLLS);
    let settings = [("TFY_BASE_URL", server.url()), ("TFY_API_KEY", server.key())];
    if env::args_os().len() > 1 {
        return run(settings);
    }
    let mut out = io::stdout().lock();
    for (name, value) in settings {
        writeln!(out, "export {name}='{value}'")?;
    }
    out.flush()?;
    let usage = "Serving until Ctrl-C. In another shell, run the two lines above, then tfy-tokens list";
    writeln!(io::stderr(), "{usage}")?;
    loop {
        thread::park();
    }
}

/// 120 tokens, the same in every run except for their dates.
fn account() -> FakeServer {
    let server = FakeServer::start();
    server.make_realistic();
    let names = USES.split(' ').flat_map(|usage| SERVICES.split(' ').map(move |service| (service, usage)));
    for (number, (service, usage)) in names.enumerate() {
        let age = 700 - 6 * number;
        let expires = (number % 3 > 0).then(|| format!(" expires={}d", 20 + 7 * number % 300));
        let used = (number % 7 > 0).then(|| format!(" used=-{}d", number * 13 % age));
        let [expires, used] = [expires, used].map(Option::unwrap_or_default);
        server.add(&format!("{service}-{usage} created=-{age}d{expires}{used}"));
        if number % 11 == 5 {
            server.add(TOKENS[number / 11]);
        }
    }
    server
}

/// Runs the program in a child process, with the settings in its environment.
fn run(settings: [(&str, String); 2]) -> io::Result<ExitCode> {
    let mut command = Command::new(env::current_exe()?);
    for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"TFY_")) {
        command.env_remove(name);
    }
    command.args(env::args_os().skip(1)).env(IS_CHILD, "1").envs(settings);
    // A login must not replace the session of the user, and should not warn about the key of the account.
    let home = tempfile::tempdir()?;
    command.env("HOME", home.path()).env("USERPROFILE", home.path());
    // Values of tokens that an agent creates must not stay behind either.
    command.env_remove("XDG_RUNTIME_DIR").env_remove("XDG_STATE_HOME");
    if env::args_os().any(|argument| argument == "login") {
        command.env_remove("TFY_API_KEY");
    }
    // Ctrl-C reaches all processes at the terminal. The server must outlive the program, which decides itself when to end.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || runtime.block_on(async { while tokio::signal::ctrl_c().await.is_ok() {} }));
    let status = command.status()?;
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Ok(u8::try_from(128 + signal).unwrap_or(1).into());
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.unwrap_or(1).into())
}
