//! What running a program costs: time, CPU, and the peak of its memory.
//!
//! The system tells a process the peak of its children only as the highest of all it ever had. So each run is measured by a
//! process of its own: this program again, started with a variable that tells it what to do.

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Set for a process that shall run one command and report what it cost.
const MEASURES: &str = "TFY_TOKENS_BENCH_MEASURES";

/// How many bytes the system counts as one where it tells the peak of memory: Apple's count bytes, the others KiB.
#[cfg(unix)]
const PEAK_UNIT: u64 = if cfg!(target_vendor = "apple") { 1 } else { 1024 };

/// What one run cost, or the medians of several.
#[derive(Clone, Copy)]
pub struct Cost {
    pub wall: Duration,
    pub cpu: Duration,
    /// Bytes.
    pub peak: u64,
}

/// A run that has been measured by this process.
pub struct Measured(Cost);

impl Measured {
    /// Says the figures to the process that asked for them.
    pub fn report(&self) {
        let Cost { wall, cpu, peak } = self.0;
        println!("{} {} {peak}", wall.as_micros(), cpu.as_micros());
    }
}

/// Runs the command of this process's arguments, if that is what it was started for.
pub fn measure_child() -> Option<Measured> {
    std::env::var_os(MEASURES)?;
    let mut words = std::env::args_os().skip(1);
    let mut command = Command::new(words.next()?);
    command
        .args(words)
        .env_remove(MEASURES)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let began = Instant::now();
    let status = command.status().expect("the command starts");
    let wall = began.elapsed();
    assert!(status.success(), "the command failed");
    let (cpu, peak) = usage_of_children();
    Some(Measured(Cost { wall, cpu, peak }))
}

/// The CPU time and the peak of memory of all children that have ended.
#[cfg(unix)]
fn usage_of_children() -> (Duration, u64) {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("a process may ask for its children's usage");
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    let cpu = Duration::from_micros(micros.unsigned_abs());
    (cpu, usage.max_rss().unsigned_abs() * PEAK_UNIT)
}

/// Not told here.
#[cfg(not(unix))]
fn usage_of_children() -> (Duration, u64) {
    (Duration::ZERO, 0)
}

/// What a command costs, run by a process of its own.
pub fn measure(words: &[OsString], variables: &[(&str, OsString)]) -> Cost {
    let this = std::env::current_exe().expect("this program is somewhere");
    let mut command = Command::new(this);
    command
        .args(words)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env(MEASURES, "1");
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let output = command.stderr(Stdio::inherit()).output().expect("this program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<u64> = text
        .split_whitespace()
        .filter_map(|figure| figure.parse().ok())
        .collect();
    let [wall, cpu, peak] = figures[..] else {
        panic!("{words:?} could not be measured");
    };
    Cost {
        wall: Duration::from_micros(wall),
        cpu: Duration::from_micros(cpu),
        peak,
    }
}

impl Cost {
    /// The median of each figure; of the peaks, the highest.
    pub fn median(costs: &[Self]) -> Self {
        let median = |figure: fn(&Self) -> Duration| {
            let mut figures: Vec<Duration> = costs.iter().map(figure).collect();
            figures.sort_unstable();
            figures[figures.len() / 2]
        };
        Self {
            wall: median(|cost| cost.wall),
            cpu: median(|cost| cost.cpu),
            peak: costs.iter().map(|cost| cost.peak).max().unwrap_or(0),
        }
    }

    pub fn wall_ms(&self) -> f64 {
        self.wall.as_secs_f64() * 1000.0
    }

    pub fn cpu_ms(&self) -> f64 {
        self.cpu.as_secs_f64() * 1000.0
    }

    pub fn peak_mib(&self) -> f64 {
        mib(self.peak)
    }
}

/// Bytes in MiB.
#[expect(clippy::cast_precision_loss, reason = "no file and no process here has 2^52 bytes")]
pub fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
