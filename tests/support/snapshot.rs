//! Snapshots of a run: its exit code, its output and the requests that it made, in one text without variable parts.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::{Captures, Regex};

use super::program::Program;

/// Runs a program (or takes a run that has ended) and compares it with an inline snapshot; returns the run.
#[allow(unused_macros, reason = "the benchmarks take no snapshots")]
macro_rules! snapshot {
    ($run:expr $(, @$expected:literal)? $(,)?) => {{
        #[allow(clippy::needless_borrow, reason = "a program or a reference to it")]
        let run = ($run).finish();
        insta::assert_snapshot!(run.snapshot() $(, @$expected)?);
        run
    }};
}
pub(crate) use snapshot;

/// A server whose requests the snapshots of a program show.
#[derive(Clone)]
pub struct Observed {
    url: String,
    requests: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
    /// The number of requests that precede the run.
    earlier: usize,
}

impl Observed {
    pub fn new(url: String, requests: impl Fn() -> Vec<String> + Send + Sync + 'static) -> Self {
        let (requests, earlier) = (Arc::new(requests), 0);
        Self { url, requests, earlier }
    }

    /// Forgets the requests until now.
    pub fn begin(&mut self) {
        self.earlier = (self.requests)().len();
    }

    /// The requests since the beginning in an order that does not depend on chance.
    ///
    /// The client never sends requests of different methods at once. So neighboring requests of one method are sorted by path
    /// and query, numbers by value. The sort is stable: a repeated request keeps its order.
    fn lines(&self) -> Vec<String> {
        let mut lines = (self.requests)().split_off(self.earlier);
        let word = |line: &str, index| line.split(' ').nth(index).unwrap_or_default().to_owned();
        let padded = |number: &Captures| format!("{:0>30}", &number[0]);
        for burst in lines.chunk_by_mut(|a, b| word(a, 0) == word(b, 0)) {
            burst.sort_by_cached_key(|line| NUMBER.replace_all(&word(line, 1), padded).into_owned());
        }
        lines
    }
}

/// The parts of a snapshot in the order in which it shows them; `exit` is always shown.
pub fn render(program: &Program, exit: &str, sections: &[(&str, &str)]) -> String {
    let mut text = format!("exit: {exit}\n");
    let requests: Vec<String> = program.observed.iter().flat_map(Observed::lines).collect();
    let requests = requests.join("\n");
    for &(name, content) in sections.iter().chain([&("requests", requests.as_str())]) {
        let lacks_newline = matches!(name, "stdout" | "stderr") && !content.ends_with('\n');
        let end = if lacks_newline { "[no newline]" } else { "" };
        if !content.is_empty() {
            let content = content.strip_suffix('\n').unwrap_or(content);
            text.extend(["--- ", name, "\n", content, end, "\n"]);
        }
    }
    for observed in &program.observed {
        text = text.replace(&observed.url, "[SERVER]");
    }
    for (path, name) in [(program.home(), "[HOME]"), (program.cwd(), "[CWD]")] {
        let canonical = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        text = text.replace(&*canonical.to_string_lossy(), name);
        text = text.replace(&*path.to_string_lossy(), name);
    }
    for (variable, stable) in &*FILTERS {
        text = variable.replace_all(&text, *stable).into_owned();
    }
    let text = TIME.replace_all(&text, stable_time);
    let text: String = text.chars().map(visible).collect();
    text.trim_end().to_owned()
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"\d+"));
static TIME: LazyLock<Regex> = LazyLock::new(|| regex(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?"));
static FILTERS: LazyLock<[(Regex, &str); 4]> = LazyLock::new(|| {
    [
        (regex(r"(127\.0\.0\.1|localhost|\[::1\])(:|%3A)\d{4,5}"), "$1$2[PORT]"),
        (regex(r"[\w.-]*value_SENTINEL[\w.-]*"), "[VALUE]"),
        (regex(r"[\w.-]*key_SENTINEL[\w.-]*"), "[KEY]"),
        (regex(r#"(Ms":)\d+|\b(?:less than )?\d+( ms)\b"#), "$1[MS]$2"),
    ]
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a regular expression")
}

/// A date or time within two years of today becomes `[  DATE  ]`, `[now+90d]` if it is that many whole days or hours from now,
/// or `[TIME]`. All others are the same on every day and stay.
fn stable_time(found: &Captures) -> String {
    let now = Timestamp::now();
    let today = TimeZone::UTC.to_datetime(now).date();
    let is_near = |date: Date| date.duration_since(today).as_hours().abs() < 24 * 731;
    if !found[1].parse().is_ok_and(is_near) {
        return found[0].to_owned();
    }
    if found.get(2).is_none() {
        // As wide as a date, so that tables keep their columns.
        return "[  DATE  ]".to_owned();
    }
    let Ok(time) = found[0].parse::<Timestamp>() else {
        return found[0].to_owned();
    };
    // The run may have taken its time, and times are written with and without fractions.
    let minutes = (time.as_second() - now.as_second() + 120).div_euclid(60);
    let hours = minutes.div_euclid(60);
    match (minutes.rem_euclid(60), hours) {
        (0..=2, 0) => "[now]".to_owned(),
        (0..=2, hours) if hours % 24 == 0 => format!("[now{:+}d]", hours / 24),
        (0..=2, hours) => format!("[now{hours:+}h]"),
        _ => "[TIME]".to_owned(),
    }
}

/// Shows control characters, among them the carriage returns of CSV, as the pictures that Unicode has for them.
fn visible(c: char) -> char {
    match c {
        '\0'..='\x1f' if c != '\n' && c != '\t' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(c),
        _ => c,
    }
}
