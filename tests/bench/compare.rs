//! What the client costs, beside what `curl` costs on the same server in the same run.
//!
//! Nothing here fails when a figure is missed: machines differ and are noisy. `cargo bench --bench compare` prints the figures.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::exit,
    reason = "a program for those who work on this one"
)]

mod cost;
mod listing;
mod page;
#[path = "../support/mod.rs"]
mod support;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use cost::{Cost, measure, measure_child};
use listing::Listing;
use support::servers::{Authority, TlsServer};

/// Paired runs of each comparison: one of ours, one of curl's, and again.
const PAIRS: usize = 25;

/// Runs of what curl cannot do.
const RUNS: usize = 21;

const KEY: &str = "tfy_a-key-for-the-benchmark";

/// Where Linux distributions keep the bundle of the authorities they trust.
const BUNDLES: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

fn main() {
    if let Some(command) = measure_child() {
        command.report();
        return;
    }
    println!("{}\n", machine());
    println!(
        "{:<52} {:>9} {:>9} {:>7} {:>8}",
        "", "tfy-tokens", "curl", "ratio", "at most"
    );
    let hundred = Listing::serve(100, Duration::ZERO);
    let authority = Authority::new();
    let encrypted = TlsServer::in_front_of(authority.identity(), &hundred.url());
    let bundle = bundle_with(&authority);
    compare(
        "list, one page of 100, https, system's CA bundle",
        0.18,
        &ours(&encrypted.url(), &bundle, &["list"]),
        &curl(&encrypted.url(), &bundle),
    );
    compare(
        "list, one page of 100, plain http",
        0.45,
        &ours(&hundred.url(), &bundle, &["list"]),
        &curl(&hundred.url(), &bundle),
    );
    compare(
        "--help",
        0.3,
        &ours(&hundred.url(), &bundle, &["--help"]),
        &Command::new("curl", ["--version"]),
    );

    println!();
    let slow = Listing::serve(10_000, Duration::from_millis(50));
    let table = median(RUNS, &ours(&slow.url(), &bundle, &["list"]));
    row("10,000 tokens, 50 ms a request: wall, s", table.wall.as_secs_f64(), 1.0);
    row("10,000 tokens as a table: peak memory, MiB", table.peak_mib(), 40.0);
    let many = Listing::serve(100_000, Duration::ZERO);
    let large = median(RUNS, &ours(&many.url(), &bundle, &["list", "-o", "jsonl"]));
    row("100,000 tokens as jsonl: peak memory, MiB", large.peak_mib(), 25.0);
    let few = Listing::serve(1_000, Duration::ZERO);
    let small = median(PAIRS, &ours(&few.url(), &bundle, &["list", "-o", "jsonl"]));
    let growth = large.wall.as_secs_f64() / small.wall.as_secs_f64() / 100.0;
    row("1,000 to 100,000 tokens: time a token, ratio", growth, 1.5);
    row("the binary, MiB", binary_mib(), 5.0);
    println!(
        "\nWall, CPU and memory are of the whole process, from its start to its end. Not measured: name look-up, a real network, other systems."
    );
}

/// Something to run.
struct Command {
    words: Vec<OsString>,
    variables: Vec<(&'static str, OsString)>,
}

impl Command {
    fn new<'a>(program: &'a str, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let words = std::iter::once(program).chain(arguments).map(OsString::from).collect();
        Self {
            words,
            variables: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    fn cost(&self) -> Cost {
        measure(&self.words, &self.variables)
    }
}

fn ours(url: &str, bundle: &PathBuf, arguments: &[&str]) -> Command {
    Command::new(env!("CARGO_BIN_EXE_tfy-tokens"), arguments.iter().copied())
        .with("TFY_BASE_URL", url)
        .with("TFY_API_KEY", KEY)
        .with("SSL_CERT_FILE", bundle)
}

fn curl(url: &str, bundle: &PathBuf) -> Command {
    let target = format!("{url}/api/svc/v1/personal-access-tokens?limit=100&offset=0");
    let authorization = format!("Authorization: Bearer {KEY}");
    Command::new(
        "curl",
        [
            "--silent",
            "--show-error",
            "--fail",
            "--header",
            &authorization,
            &target,
        ],
    )
    .with("SSL_CERT_FILE", bundle)
}

/// Prints a comparison: medians of the wall and CPU times of pairs of runs, and the highest of the peaks of memory.
fn compare(what: &str, limit: f64, ours: &Command, theirs: &Command) {
    let pairs: Vec<(Cost, Cost)> = (0..PAIRS).map(|_| (ours.cost(), theirs.cost())).collect();
    let (ours, theirs): (Vec<Cost>, Vec<Cost>) = pairs.into_iter().unzip();
    let (ours, theirs) = (Cost::median(&ours), Cost::median(&theirs));
    let ratio = ours.wall.as_secs_f64() / theirs.wall.as_secs_f64();
    let verdict = if ratio <= limit { "met" } else { "MISSED" };
    println!(
        "{what:<52} {:>7.1}ms {:>7.1}ms {ratio:>7.2} {limit:>8.2} {verdict}",
        ours.wall_ms(),
        theirs.wall_ms()
    );
    println!("{:<52} {:>7.1}ms {:>7.1}ms", "    CPU", ours.cpu_ms(), theirs.cpu_ms());
    println!(
        "{:<52} {:>6.1}MiB {:>6.1}MiB",
        "    peak memory",
        ours.peak_mib(),
        theirs.peak_mib()
    );
}

fn median(runs: usize, command: &Command) -> Cost {
    let costs: Vec<Cost> = (0..runs).map(|_| command.cost()).collect();
    Cost::median(&costs)
}

fn row(what: &str, figure: f64, limit: f64) {
    let verdict = if figure <= limit { "met" } else { "MISSED" };
    println!("{what:<52} {figure:>9.2} {:>17} {limit:>8.2} {verdict}", "");
}

/// The system's bundle with one more authority in it, so that the whole of it has to be read.
fn bundle_with(authority: &Authority) -> PathBuf {
    let system = BUNDLES
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok())
        .unwrap_or_default();
    let own = std::fs::read_to_string(authority.pem_file()).unwrap();
    let path = authority.pem_file().with_extension("bundle");
    std::fs::write(&path, system + &own).unwrap();
    path
}

fn binary_mib() -> f64 {
    let bytes = std::fs::metadata(env!("CARGO_BIN_EXE_tfy-tokens")).unwrap().len();
    cost::mib(bytes)
}

fn machine() -> String {
    let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = text("/proc/cpuinfo")
        .lines()
        .find_map(|line| line.strip_prefix("model name\t: ").map(str::to_owned));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let curl = std::process::Command::new("curl")
        .arg("--version")
        .output()
        .map(|output| output.stdout);
    let curl = String::from_utf8_lossy(&curl.unwrap_or_default())
        .lines()
        .next()
        .unwrap_or("no curl")
        .to_owned();
    format!(
        "{} ({cores} cores); {curl}",
        cpu.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
    )
}
