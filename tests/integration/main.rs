//! Tests of the program as a user runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails with a panic, which names the line"
)]

#[path = "../support/mod.rs"]
mod support;

mod fake_server;
mod list;
mod support_tests;

// not converted yet:
// mod completions;
// mod create;
// mod delete;
// mod delivery;
// mod failures;
// mod help;
// mod man;
// mod mistyped;
// mod pages;
// mod platform_text;
// mod proxy;
// mod requests;
// mod revoke_all;
// mod rotate;
// mod secrets;
// mod settings;
// mod sign_in;
// mod status;
// mod terminal;
// mod tls;
