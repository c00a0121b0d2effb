//! Tests of the program as a user runs it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails with a panic, which names the line")]

#[path = "../support/mod.rs"]
mod support;

mod completions;
mod create;
mod delete;
#[cfg(unix)]
mod delivery;
mod failures;
mod fake_server;
mod help;
mod list;
mod login;
mod man;
#[cfg(unix)]
mod mcp;
mod pages;
mod proxy;
mod requests;
mod revoke_all;
mod rotate;
#[cfg(unix)]
mod run;
mod secrets;
mod session;
mod settings;
mod status;
mod support_tests;
mod system_limits;
#[cfg(unix)]
mod terminal;
mod tls;
mod untrusted_text;
mod usage_errors;
