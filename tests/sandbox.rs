//! Runs the program on a made-up account: `cargo run --example sandbox -- list`.
//!
//! Without arguments it serves that account until Ctrl-C.

#![allow(clippy::expect_used, reason = "a program to try things on")]

#[allow(dead_code, unused_imports, reason = "the tests use the rest")]
#[path = "support/fake_server/mod.rs"]
mod fake_server;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::{Command, ExitCode};
use std::{env, thread};

use fake_server::FakeServer;

/// Is set in the environment of the child that runs the program.
const IS_CHILD: &str = "TFY_TOKENS_SANDBOX";

/// Tokens of a team. The other tokens are named after [`SERVICES`] and [`USES`].
const TOKENS: [&str; 10] = [
    "grafana-export created=-400d used=-1d",
    "old-laptop created=-380d expires=-15d used=-97d",
    "data-sync created=-210d expires=155d used=-2d team=data",
    "ci-pipeline created=-176d expires=9d used=-2h team=platform",
    "Ada's first token (web) created=-140d used=-40d",
    "release-bot created=-120d expires=245d used=-6d team=platform",
    "load-test created=-64d expires=26d",
    "notebook-ada created=-41d expires=3d used=-3d",
    "terraform created=-20d expires=345d used=-1d team=infra type=jwt",
    "dev-local created=-4d expires=86d used=-1h",
];

const SERVICES: [&str; 11] = [
    "billing",
    "search-index",
    "feature-store-offline",
    "gateway",
    "model-registry",
    "notifications",
    "recommendations-batch",
    "fraud-scoring",
    "image-resizer",
    "customer-data-platform-exporter",
    "audit-log",
];

const USES: [&str; 10] = ["ci", "cd", "dev", "qa", "eval", "load", "sync", "cron", "demo", "s3"];

fn main() -> io::Result<ExitCode> {
    if env::var_os(IS_CHILD).is_some() {
        return Ok(tfy_tokens::run(env::args_os()));
    }
    let server = account();
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if arguments.is_empty() {
        serve(&server)
    } else {
        run(&server, &arguments)
    }
}

/// 120 tokens, the same in every run except for their dates.
fn account() -> FakeServer {
    let server = FakeServer::start();
    for number in 0..SERVICES.len() * USES.len() {
        let (row, column) = (number / SERVICES.len(), number % SERVICES.len());
        let age = 700 - 6 * number;
        let expires = if number.is_multiple_of(3) {
            String::new()
        } else {
            format!(" expires={}d", 20 + 7 * number % 300)
        };
        let used = if number.is_multiple_of(7) {
            String::new()
        } else {
            format!(" used=-{}d", number * 13 % age)
        };
        server.add(&format!(
            "{}-{} created=-{age}d{expires}{used}",
            SERVICES[column], USES[row]
        ));
        if column == 5 {
            server.add(TOKENS[row]);
        }
    }
    server
}

/// Runs the program in a child process, with the settings in its environment.
fn run(server: &FakeServer, arguments: &[OsString]) -> io::Result<ExitCode> {
    let mut command = Command::new(env::current_exe()?);
    command.args(arguments);
    for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"TFY_")) {
        command.env_remove(name);
    }
    command.env(IS_CHILD, "1").envs(settings(server));
    // Ctrl-C reaches all processes at the terminal. The server must outlive the program, which decides itself when to end.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || runtime.block_on(async { while tokio::signal::ctrl_c().await.is_ok() {} }));
    let status = command.status()?;
    Ok(ExitCode::from(code_of(status)))
}

fn code_of(status: std::process::ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(1);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// Prints the settings and answers requests until the process is ended.
fn serve(server: &FakeServer) -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    for (name, value) in settings(server) {
        writeln!(out, "export {name}='{value}'")?;
    }
    out.flush()?;
    writeln!(
        io::stderr(),
        "Serving a made-up account until Ctrl-C. In another shell, run the two lines above, then tfy-tokens list"
    )?;
    loop {
        thread::park();
    }
}

fn settings(server: &FakeServer) -> [(&'static str, String); 2] {
    [("TFY_BASE_URL", server.url()), ("TFY_API_KEY", server.key())]
}
