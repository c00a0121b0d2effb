//! Any bytes are a page of tokens or an error that shows none of them: `cargo fuzz run --fuzz-dir tests/fuzz read_page`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tfy_tokens::internals::parse_page;

/// The number of items in `data`, read as JSON by another way.
fn items(body: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(body);
    let page: Value = serde_json::from_str(&text).ok()?;
    page.get("data")?.as_array().map(Vec::len)
}

fuzz_target!(|body: &[u8]| {
    match parse_page(body) {
        // A field that is there twice is one for one reader and none for another.
        Ok(count) => assert!(items(body).is_none_or(|items| items == count)),
        Err(why) => assert!(why.len() < 120 && why.is_ascii(), "{why}"),
    }
});
