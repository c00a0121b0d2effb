//! The stand-in of the platform as a program, to try the client on a made-up account.
//!
//! With arguments it runs the client on them; without, it serves until Ctrl-C.

#![allow(clippy::expect_used, reason = "a program to try things on")]

#[allow(dead_code, unused_imports, reason = "the tests use what is not used here")]
#[path = "support/platform/mod.rs"]
mod platform;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::thread;

use platform::{Platform, TokenSeed, in_days};

fn main() -> io::Result<ExitCode> {
    let platform = Platform::start();
    for seed in account() {
        platform.add(seed);
    }
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if arguments.is_empty() {
        serve(&platform)
    } else {
        Ok(run(&platform, arguments))
    }
}

/// Tokens as a team that ships would have them, the newest last.
fn account() -> [TokenSeed; 9] {
    [
        TokenSeed::named("grafana-export")
            .created(in_days(-400))
            .last_used(in_days(-1)),
        TokenSeed::named("old-laptop")
            .created(in_days(-380))
            .expires(in_days(-15))
            .last_used(in_days(-97)),
        TokenSeed::named("data-sync")
            .created(in_days(-210))
            .expires(in_days(155))
            .last_used(in_days(-2))
            .team("data"),
        TokenSeed::named("ci-pipeline")
            .created(in_days(-176))
            .expires(in_days(9))
            .last_used(in_days(0))
            .team("platform"),
        TokenSeed::named("release-bot")
            .created(in_days(-120))
            .expires(in_days(245))
            .last_used(in_days(-6))
            .team("platform"),
        TokenSeed::named("load-test").created(in_days(-64)).expires(in_days(26)),
        TokenSeed::named("notebook-ada")
            .created(in_days(-41))
            .expires(in_days(49))
            .last_used(in_days(-3)),
        TokenSeed::named("terraform")
            .created(in_days(-20))
            .expires(in_days(345))
            .last_used(in_days(-1))
            .team("infra"),
        TokenSeed::named("dev-local")
            .created(in_days(-4))
            .expires(in_days(86))
            .last_used(in_days(0)),
    ]
}

fn run(platform: &Platform, arguments: Vec<OsString>) -> ExitCode {
    let inherited = env::vars_os().filter(|(name, _)| !is_setting(name));
    let settings = settings(platform).map(|(name, value)| (name.into(), value.into()));
    let program = OsString::from("tfy-tokens");
    tfy_tokens::run([program].into_iter().chain(arguments), inherited.chain(settings))
}

/// Prints what to export and answers requests for as long as the process lives.
fn serve(platform: &Platform) -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    for (name, value) in settings(platform) {
        writeln!(out, "export {name}='{value}'")?;
    }
    out.flush()?;
    writeln!(
        io::stderr(),
        "Serving a made-up account until Ctrl-C. In another shell: run the two lines above, then tfy-tokens list"
    )?;
    loop {
        thread::park();
    }
}

fn settings(platform: &Platform) -> [(&'static str, String); 2] {
    [("TFY_BASE_URL", platform.url()), ("TFY_API_KEY", platform.key())]
}

fn is_setting(name: &OsString) -> bool {
    name.as_encoded_bytes().starts_with(b"TFY_")
}
