//! Inspects all output of all programs for secrets, control characters and panics.

use super::SENTINEL;

/// The first characters of every JWT. They are caught as well, since part of a JWT is a leak, too.
const JWT: &str = "eyJhbGci";

/// Escape sequences that set titles or send commands to a terminal; the client draws with none of them.
const FOREIGN_ESCAPES: [&str; 6] = ["\x1b]", "\x1bP", "\x1b^", "\x1b_", "\x1bX", "\x07"];

/// The rules for the output of one run.
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
        self.secrets
            .extend(parts.filter(|part| part.len() >= 8).map(String::from));
    }

    /// Inspects the output to pipes or files.
    #[track_caller]
    pub fn streams(&self, stdout: &[u8], stderr: &[u8]) {
        let (out, err) = (Stream::output(stdout), Stream::error(stderr));
        for stream in [&out, &err] {
            self.secrets_and_panics(stream);
        }
        self.value(&out);
        err.lacks_secrets();
        err.is_plain(self.colored);
        if !self.exact_output {
            out.is_plain(self.colored);
        }
    }

    /// Inspects the output to a terminal, its screen at the end, and the file to which standard output was redirected, if any.
    #[track_caller]
    pub fn terminal(&self, written: &[u8], shown: &str, stdout: Option<&[u8]>) {
        let terminal = Stream::new("the terminal", written);
        let screen = Stream::new("the screen", shown.as_bytes());
        for stream in [&terminal, &screen] {
            self.secrets_and_panics(stream);
        }
        for escape in FOREIGN_ESCAPES {
            terminal.lacks(escape);
        }
        let c1 = |c| ('\u{80}'..='\u{9f}').contains(&c);
        assert!(!terminal.text.contains(c1), "a C1 control on {}", terminal.shown());
        if let Some(stdout) = stdout {
            terminal.lacks_secrets();
            self.streams(stdout, b"");
        } else {
            self.value(&terminal);
        }
    }

    #[track_caller]
    fn secrets_and_panics(&self, stream: &Stream) {
        for secret in &self.secrets {
            stream.lacks(secret);
        }
        stream.lacks("panicked at");
    }

    #[track_caller]
    fn value(&self, stream: &Stream) {
        if self.delivers_value {
            let count = stream.text.matches(SENTINEL).count();
            let shown = stream.shown();
            assert!(
                count == 1,
                "the value, to be delivered once, is {count} times in {shown}"
            );
        } else {
            stream.lacks_secrets();
        }
    }
}

struct Stream {
    name: &'static str,
    text: String,
    is_utf8: bool,
}

impl Stream {
    fn new(name: &'static str, bytes: &[u8]) -> Self {
        Self {
            name,
            text: String::from_utf8_lossy(bytes).into_owned(),
            is_utf8: std::str::from_utf8(bytes).is_ok(),
        }
    }

    fn output(bytes: &[u8]) -> Self {
        Self::new("standard output", bytes)
    }

    fn error(bytes: &[u8]) -> Self {
        Self::new("standard error", bytes)
    }

    fn shown(&self) -> String {
        format!("{}: {:?}", self.name, self.text)
    }

    #[track_caller]
    fn lacks(&self, unwanted: &str) {
        let found = self.text.contains(unwanted);
        assert!(!found, "{unwanted:?} got into {}", self.shown());
    }

    #[track_caller]
    fn lacks_secrets(&self) {
        self.lacks(SENTINEL);
        self.lacks(JWT);
    }

    #[track_caller]
    fn is_plain(&self, colored: bool) {
        assert!(self.is_utf8, "not UTF-8, {}", self.shown());
        let text = if colored {
            without_colors(&self.text)
        } else {
            self.text.clone()
        };
        let odd = |c: char| {
            (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        if let Some(found) = text.chars().find(|&c| odd(c)) {
            panic!("the control character {found:?} got into {}", self.shown());
        }
    }
}

/// Removes sequences of the form `ESC [ 1;31 m`.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = String::from(parts.next().unwrap_or_default());
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match rest.strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.extend(["\x1b[", part]),
        }
    }
    plain
}
