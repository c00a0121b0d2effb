//! Any text is harmless once it is clean: `cargo fuzz run --fuzz-dir tests/fuzz clean`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tfy_tokens::internals::sanitize;

/// Whether a terminal obeys this character, or a reader is misled by it.
fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{ad}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

fuzz_target!(|text: &str| {
    let cleaned = sanitize(text);
    assert!(!cleaned.chars().any(is_harmful));
    assert_eq!(cleaned.chars().count(), text.chars().count());
    assert_eq!(sanitize(&cleaned), cleaned);
    for (character, shown) in text.chars().zip(cleaned.chars()) {
        assert!(character == shown || matches!(shown, ' ' | '\u{fffd}'));
    }
});
