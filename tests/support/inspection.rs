//! What every output of every test is looked through for: secrets, control characters, panics.

/// Part of every planted secret: of the keys to sign in with and of the values of created tokens.
pub const SECRET: &str = "SENTINEL";

/// What begins a command string or is a command by itself: nothing that the client draws with.
const FOREIGN_ESCAPES: [&str; 6] = ["\x1b]", "\x1bP", "\x1b^", "\x1b_", "\x1bX", "\x07"];

/// What may appear in the outputs of one run.
#[derive(Debug, Clone, Default)]
pub struct Inspection {
    secrets: Vec<String>,
    /// Standard output holds one value of a token, once.
    pub delivers_value: bool,
    /// Standard output may hold any character.
    pub exact_output: bool,
    /// Both streams may hold colours.
    pub coloured: bool,
}

impl Inspection {
    /// Forbids `secret` and each of its lines. What is shorter than eight bytes is too likely to
    /// stand there by chance and is let through.
    pub fn forbid(&mut self, secret: &str) {
        let parts = std::iter::once(secret).chain(secret.lines()).map(str::trim);
        self.secrets
            .extend(parts.filter(|part| part.len() >= 8).map(String::from));
    }

    /// Looks through what a run wrote to pipes or files; panics, naming the stream.
    #[track_caller]
    pub fn streams(&self, stdout: &[u8], stderr: &[u8]) {
        let (out, err) = (Stream::output(stdout), Stream::error(stderr));
        for stream in [&out, &err] {
            self.secrets_and_panics(stream);
        }
        self.value(&out);
        err.lacks(SECRET);
        err.is_plain(self.coloured);
        if !self.exact_output {
            out.is_plain(self.coloured);
        }
    }

    /// Looks through what a run wrote to a terminal, `shown` being what was left on its screen,
    /// and to the file that took its standard output, if one did.
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
            terminal.lacks(SECRET);
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
            let count = stream.text.matches(SECRET).count();
            let shown = stream.shown();
            assert!(
                count == 1,
                "the value, to be delivered once, is {count} times in {shown}"
            );
        } else {
            stream.lacks(SECRET);
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
    fn is_plain(&self, coloured: bool) {
        assert!(self.is_utf8, "not UTF-8, {}", self.shown());
        let text = if coloured {
            without_colours(&self.text)
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

/// `text` less its sequences of the form `ESC [ 1;31 m`.
fn without_colours(text: &str) -> String {
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
