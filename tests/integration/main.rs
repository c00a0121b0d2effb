//! The tests, through the binary as a user would run it. Its surroundings are Unix's: signals, modes of files, terminals;
//! in some modules Linux's: `/proc`, `/dev/full`, and the system's own words for what went wrong.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected is to fail, and say where"
)]

#[path = "../support/mod.rs"]
mod support;

mod completions;
mod create;
mod delete;
#[cfg(target_os = "linux")]
mod delivery;
#[cfg(target_os = "linux")]
mod failures;
mod harness;
mod help;
mod list;
mod man;
mod mistyped;
mod pages;
mod platform_text;
mod proxy;
#[cfg(target_os = "linux")]
mod requests;
mod revoke_all;
mod rotate;
#[cfg(target_os = "linux")]
mod secrets;
mod settings;
mod sign_in;
mod stand_in;
mod status;
mod terminal;
mod tls;
