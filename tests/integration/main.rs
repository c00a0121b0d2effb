//! Tests of the program as a user runs it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails with a panic, which names the line")]

#[path = "../support/mod.rs"]
mod support;

mod create;
#[cfg(unix)]
mod delivery;
mod failures;
mod fake_server;
mod list;
mod login;
mod rotate;
mod secrets;
mod settings;
mod status;
mod support_tests;
mod untrusted_text;

// not converted yet:
// mod completions;
// mod delete;
// mod help;
// mod man;
// mod mistyped;
// mod pages;
// mod proxy;
// mod requests;
// mod revoke_all;
// mod terminal;
// mod tls;
