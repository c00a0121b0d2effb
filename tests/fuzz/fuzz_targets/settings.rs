//! Any text is a setting or a harmless message: `cargo fuzz run --fuzz-dir tests/fuzz settings`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tfy_tokens::internals::messages_about;

fuzz_target!(|text: &str| {
    for message in messages_about(text) {
        assert!(message.len() < 500 && !message.contains(char::is_control), "{message}");
    }
});
