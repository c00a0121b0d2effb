//! Any error body has a harmless message or none: `cargo fuzz run --fuzz-dir tests/fuzz error_body`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tfy_tokens::internals::{redact, server_message};

fuzz_target!(|body: &[u8]| {
    if let Some(message) = server_message(body) {
        assert!(message.chars().count() < 1100 && !message.contains(char::is_control));
        assert_eq!(redact(&message), message);
    }
});
