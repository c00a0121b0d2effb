//! The tests, through the binary as a user would run it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected is to fail, and say where"
)]

#[path = "../support/mod.rs"]
mod support;

mod delivery;
mod failures;
mod harness;
mod requests;
mod secrets;
mod stand_in;
