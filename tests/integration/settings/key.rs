//! Invalid API keys. A key is never shown.

use super::LIST;
use crate::support::{FakeServer, Program};

#[test]
fn invalid_key_is_refused_without_echo() {
    let server = FakeServer::start();
    let whitespace = "it contains a line break, a space or a control character";
    for (key, reason) in [
        ("", "it is empty"),
        (" \t\r\n ", "it is empty"),
        ("tfy_one_SENTINEL\r\nX-Other: two_SENTINEL", whitespace),
        ("SENTINEL\u{1b}[2J", whitespace),
        ("tfy_SENTINEL_é", "it contains a character that is not ASCII"),
    ] {
        // An invalid key hides valid ones.
        let file = format!("TFY_BASE_URL={}\nTFY_API_KEY={}\n", server.url(), server.key());
        let run = Program::new(LIST).env("TFY_API_KEY", key).cwd_file(".env", file).run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid TFY_API_KEY: {reason}\n"));

        let file = format!("TFY_BASE_URL={}\nTFY_API_KEY='{key}'\n", server.url());
        let run = Program::new(LIST).cwd_file(".env", file).run().exits(2);
        assert_eq!(run.stderr, format!("error: invalid TFY_API_KEY in .env: {reason}\n"));
    }
    assert_eq!(server.requests().len(), 0);
}
