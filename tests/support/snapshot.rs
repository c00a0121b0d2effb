//! Snapshots of a run: its exit code, its output and the requests that it made, in one text without variable parts.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::{Captures, Regex};

use super::program::{Program, Run, Running};

/// Runs a program (or takes a run that has ended) and compares it with an inline snapshot; returns the run.
#[allow(unused_macros, reason = "the benchmarks take no snapshots")]
macro_rules! snapshot {
    ($run:expr $(, @$expected:literal)? $(,)?) => {{
        let run = $crate::support::Snapshot::finish($run);
        insta::assert_snapshot!(run.snapshot() $(, @$expected)?);
        run
    }};
}
pub(crate) use snapshot;

/// A value that `snapshot!` accepts.
pub trait Snapshot {
    type Finished;

    fn finish(self) -> Self::Finished;
}

macro_rules! impl_snapshot {
    ($($type:ty => $finished:ty: $finish:expr;)*) => {
        $(impl Snapshot for $type {
            type Finished = $finished;

            #[track_caller]
            fn finish(self) -> $finished {
                let finish: fn(Self) -> $finished = $finish;
                finish(self)
            }
        })*
    };
}

impl_snapshot! {
    Program => Run: |program| program.run();
    &Program => Run: |program| program.run();
    Running => Run: |running| running.wait();
    Run => Run: |run| run;
    &Run => Run: |run| run.clone();
}

#[cfg(unix)]
impl_snapshot! {
    super::terminal::Session => super::terminal::Finished: |session| session.finish();
    super::terminal::Finished => super::terminal::Finished: |finished| finished;
    &super::terminal::Finished => super::terminal::Finished: |finished| finished.clone();
}

type Requests = Arc<dyn Fn() -> Vec<String> + Send + Sync>;

/// A server whose requests the snapshots of a program show.
#[derive(Clone)]
pub struct Observed {
    url: String,
    requests: Requests,
    /// The number of requests that precede the run.
    earlier: usize,
}

impl Observed {
    pub fn new(url: String, requests: Requests) -> Self {
        let earlier = 0;
        Self { url, requests, earlier }
    }

    /// Forgets the requests until now.
    pub fn begin(&mut self) {
        self.earlier = (self.requests)().len();
    }

    /// The requests since the beginning in an order that does not depend on chance.
    ///
    /// The client reads pages and deletes tokens concurrently, but never sends requests of different methods at once. So
    /// neighboring requests of one method are sorted by their path and query, numbers by their value. The sort is stable: a
    /// request that is repeated keeps its order.
    fn ordered(&self) -> Vec<String> {
        let mut lines: Vec<String> = (self.requests)().split_off(self.earlier);
        let method = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
        for burst in lines.chunk_by_mut(|a, b| method(a) == method(b)) {
            burst.sort_by_cached_key(|line| {
                let target = line.split(' ').nth(1).unwrap_or_default();
                NUMBER
                    .replace_all(target, |number: &Captures| format!("{:0>30}", &number[0]))
                    .into_owned()
            });
        }
        lines
    }
}

/// The parts of a snapshot in the order in which it shows them; `exit` is always shown.
pub fn render(program: &Program, exit: &str, sections: &[(&str, &str)]) -> String {
    let mut text = format!("exit: {exit}\n");
    let requests: Vec<String> = program.observed.iter().flat_map(Observed::ordered).collect();
    let requests = requests.iter().fold(String::new(), |all, line| all + line + "\n");
    for &(name, content) in sections.iter().chain([&("requests", requests.as_str())]) {
        if !content.is_empty() {
            let end = if content.ends_with('\n') || name == "screen" {
                "\n"
            } else {
                "[no newline]\n"
            };
            write!(
                text,
                "--- {name}\n{}{end}",
                content.strip_suffix('\n').unwrap_or(content)
            )
            .ok();
        }
    }
    let text = without_secrets(&without_places(text, program));
    let text = MILLISECONDS.replace_all(&text, "$1[MS]$2");
    let text = TIME.replace_all(&text, stable_time);
    let text: String = text.chars().map(visible).collect();
    text.trim_end().to_owned()
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"\d+"));
static MILLISECONDS: LazyLock<Regex> = LazyLock::new(|| regex(r#"(Ms":)\d+|\b\d+( ms)\b"#));
static TIME: LazyLock<Regex> = LazyLock::new(|| regex(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?"));
static PORT: LazyLock<Regex> = LazyLock::new(|| regex(r"(127\.0\.0\.1|localhost|\[::1\]):\d{4,5}"));
static VALUE: LazyLock<Regex> = LazyLock::new(|| regex(r"[\w.-]*value_SENTINEL[\w.-]*"));
static KEY: LazyLock<Regex> = LazyLock::new(|| regex(r"[\w.-]*key_SENTINEL[\w.-]*"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a regular expression")
}

fn without_places(mut text: String, program: &Program) -> String {
    for observed in &program.observed {
        text = text.replace(&observed.url, "[SERVER]");
    }
    for (path, name) in [(program.home(), "[HOME]"), (program.cwd(), "[CWD]")] {
        let canonical = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        for path in [canonical.as_path(), path] {
            text = text.replace(&*path.to_string_lossy(), name);
        }
    }
    PORT.replace_all(&text, "$1:[PORT]").into_owned()
}

fn without_secrets(text: &str) -> String {
    let text = VALUE.replace_all(text, "[VALUE]");
    KEY.replace_all(&text, "[KEY]").into_owned()
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
        '\n' | '\t' => c,
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(c),
        _ => c,
    }
}
