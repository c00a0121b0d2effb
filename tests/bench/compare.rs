//! Time and memory of the client, and of curl on the same server: `cargo bench --bench compare`.
//!
//! It only prints, because machines differ. Name resolution and a real network are not measured.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a program for the developers of this one")]

mod listing;
mod page;
#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use listing::Listing;
use support::servers::{Authority, TlsServer};

const RUNS: usize = 25;

const PROGRAM: &str = env!("CARGO_BIN_EXE_tfy-tokens");

const KEY: &str = "tfy_a-key-for-the-benchmark";

/// The authorities that Linux distributions trust.
const BUNDLES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

fn main() {
    let authority = Authority::new();
    let bundle = bundle_with(&authority);
    let ours = |url: &str, arguments| ours(url, &bundle, arguments);

    let http = Listing::serve(100, 1000, Duration::ZERO).url();
    let server = TlsServer::in_front_of(&http, authority.identity(), "http/1.1");
    let https = server.url();
    compare("list over https", 0.18, ours(&https, "list"), curl(&https, &bundle));
    compare("list over http", 0.45, ours(&http, "list"), curl(&http, &bundle));
    compare("--help", 0.3, ours(&http, "--help"), command("curl", "--version"));

    for (page, limit) in [(100, 0.5), (1000, 0.25)] {
        let slow = Listing::serve(10_000, page, Duration::from_millis(50)).url();
        let name = format!("10,000 tokens, {page} a page, latency 50 ms: seconds");
        row(&name, median(&mut ours(&slow, "list")), limit);
    }
    let [few, many] = [1_000, 100_000].map(|tokens| {
        let server = Listing::serve(tokens, 1000, Duration::ZERO);
        median(&mut ours(&server.url(), "list -o jsonl"))
    });
    row("1,000 to 100,000 tokens: ratio of time per token", many / few / 100.0, 1.5);
    row("100,000 tokens as jsonl: peak memory, MiB", peak_mib(), 100.0);
    let binary = std::fs::metadata(PROGRAM).expect("the program").len();
    row("size of the program, MiB", mib(binary), 6.5);
}

fn command(program: &str, arguments: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.args(arguments.split(' ')).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn ours(url: &str, bundle: &Path, arguments: &str) -> Command {
    let mut command = command(PROGRAM, arguments);
    command.env("TFY_BASE_URL", url).env("TFY_API_KEY", KEY).env("SSL_CERT_FILE", bundle);
    command
}

fn curl(url: &str, bundle: &Path) -> Command {
    let mut command = command("curl", "--silent --show-error --fail --header");
    command.arg(format!("Authorization: Bearer {KEY}"));
    command.arg(format!("{url}/api/svc/v1/personal-access-tokens?limit=100&offset=0"));
    command.env("SSL_CERT_FILE", bundle);
    command
}

/// Compares the medians of alternating runs, so that both suffer from the same noise.
fn compare(name: &str, limit: f64, mut ours: Command, mut theirs: Command) {
    let runs = (0..RUNS).map(|_| (seconds(&mut ours), seconds(&mut theirs)));
    let (ours, theirs): (Vec<f64>, Vec<f64>) = runs.unzip();
    let (ours, theirs) = (middle(ours), middle(theirs));
    let name = format!("{name}: {:.1} ms, curl {:.1} ms: ratio", ours * 1e3, theirs * 1e3);
    row(&name, ours / theirs, limit);
}

fn row(name: &str, figure: f64, limit: f64) {
    let verdict = if figure <= limit { "met" } else { "MISSED" };
    println!("{name:<56} {figure:>8.2}, at most {limit:>6.2}: {verdict}");
}

fn median(command: &mut Command) -> f64 {
    middle((0..RUNS).map(|_| seconds(command)).collect())
}

fn seconds(command: &mut Command) -> f64 {
    let began = Instant::now();
    let status = command.status().expect("a program");
    assert!(status.success(), "{command:?} failed");
    began.elapsed().as_secs_f64()
}

fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The system's bundle with one more authority in it, so that all of it must be read.
fn bundle_with(authority: &Authority) -> PathBuf {
    let system = BUNDLES.iter().find_map(|path| std::fs::read_to_string(path).ok());
    let own = std::fs::read_to_string(authority.pem_file()).expect("a certificate");
    let path = authority.pem_file().with_extension("bundle");
    std::fs::write(&path, system.unwrap_or_default() + &own).expect("a bundle");
    path
}

/// The highest peak of all programs that ran until now. The listing of 100,000 tokens needs the most.
#[cfg(unix)]
fn peak_mib() -> f64 {
    use nix::sys::resource::{UsageWho, getrusage};
    // Apple counts bytes, all others KiB.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the usage of children");
    mib(usage.max_rss().unsigned_abs() * unit)
}

#[cfg(not(unix))]
fn peak_mib() -> f64 {
    f64::NAN
}

#[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 bytes")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
