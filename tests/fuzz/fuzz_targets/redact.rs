//! No secret survives, and what is left stays: `cargo fuzz run --fuzz-dir tests/fuzz redact`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tfy_tokens::internals::redact;

fuzz_target!(|text: &str| {
    let secret = "tfy_0123456789abcdef";
    let redacted = redact(&format!("{text} {secret} {text}"));
    assert!(!redacted.contains(secret));
    assert_eq!(redact(&redacted), redacted);
});
