//! Inspects all output of all programs for secrets, control characters and panics.

use regex::Regex;

use super::SENTINEL;

/// The first characters of every JWT. They are caught as well, since part of a JWT is a leak, too.
const JWT: &str = "eyJhbGci";

/// Escape sequences that set titles or send commands to a terminal; the client draws with none of them.
const FOREIGN_ESCAPES: [&str; 6] = ["\x1b]", "\x1bP", "\x1b^", "\x1b_", "\x1bX", "\x07"];

#[derive(Debug, Clone, Default)]
pub struct Inspection {
    secrets: Vec<String>,
    /// Standard output contains the value of one token, once.
    pub delivers_value: bool,
    /// Standard output may contain any character.
    pub exact_output: bool,
    /// Both streams may contain colors.
    pub colored: bool,
}

impl Inspection {
    /// Forbids `secret` and each of its lines, except those shorter than eight bytes, which may appear by chance.
    pub fn forbid(&mut self, secret: &str) {
        let parts = std::iter::once(secret).chain(secret.lines()).map(str::trim);
        self.secrets.extend(parts.filter(|part| part.len() >= 8).map(String::from));
    }

    /// Inspects the output to pipes or files.
    #[track_caller]
    pub fn streams(&self, stdout: &[u8], stderr: &[u8]) {
        self.secrets("standard output", stdout, self.delivers_value);
        self.secrets("standard error", stderr, false);
        self.plain("standard error", stderr);
        if !self.exact_output {
            self.plain("standard output", stdout);
        }
    }

    /// Inspects the output to a terminal, its screen at the end, and the file to which standard output was redirected, if any.
    #[track_caller]
    pub fn terminal(&self, written: &[u8], screen: &str, stdout: Option<&[u8]>) {
        let text = String::from_utf8_lossy(written);
        lacks("the terminal", &text, FOREIGN_ESCAPES);
        let has_c1 = text.contains(|c| ('\u{80}'..='\u{9f}').contains(&c));
        assert!(!has_c1, "a C1 control got into the terminal: {text:?}");
        self.secrets("the terminal", written, self.delivers_value && stdout.is_none());
        // A secret with escape sequences between its characters is seen only on the screen.
        self.forbidden("the screen", screen);
        if let Some(stdout) = stdout {
            self.streams(stdout, b"");
        }
    }

    /// Asserts that the text has no secrets and no value, or one value and no other secrets.
    #[track_caller]
    fn secrets(&self, name: &str, bytes: &[u8], has_value: bool) {
        let text = String::from_utf8_lossy(bytes);
        self.forbidden(name, &text);
        if has_value {
            let count = text.matches(SENTINEL).count();
            assert!(count == 1, "the value, to be delivered once, is {count} times in {name}: {text:?}");
        } else {
            lacks(name, &text, [SENTINEL, JWT]);
        }
    }

    #[track_caller]
    fn forbidden(&self, name: &str, text: &str) {
        let secrets = self.secrets.iter().map(String::as_str);
        lacks(name, text, secrets.chain(["panicked at"]));
    }

    #[track_caller]
    fn plain(&self, name: &str, bytes: &[u8]) {
        let text = std::str::from_utf8(bytes);
        let text = text.unwrap_or_else(|_| panic!("not UTF-8, {name}: {:?}", String::from_utf8_lossy(bytes)));
        let colors = Regex::new("\x1b\\[[0-9;]*m").expect("a regular expression");
        let plain = if self.colored { colors.replace_all(text, "") } else { text.into() };
        let is_control = |&c: &char| {
            (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        if let Some(found) = plain.chars().find(is_control) {
            panic!("the control character {found:?} got into {name}: {text:?}");
        }
    }
}

#[track_caller]
fn lacks<'a>(name: &str, text: &str, unwanted: impl IntoIterator<Item = &'a str>) {
    if let Some(found) = unwanted.into_iter().find(|unwanted| text.contains(unwanted)) {
        panic!("{found:?} got into {name}: {text:?}");
    }
}
