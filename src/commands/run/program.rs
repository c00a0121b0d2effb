//! Finds the program of a command.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::{Failure, Kind};
use crate::untrusted::{display_path, shell_word};

/// Search path if PATH is not set.
const DEFAULT_PATH: &str = if cfg!(windows) { "" } else { "/bin:/usr/bin" };

/// Maximum length of the first line of a script, in bytes, as on Linux.
const MAX_FIRST_LINE: u64 = 256;

/// Finds a command as shells do: a name with a slash is a path, any other name is searched for in PATH.
pub fn find(name: &OsStr) -> Result<PathBuf, Failure> {
    let is_path = Path::new(name).components().count() > 1 || name.as_encoded_bytes().contains(&b'/');
    let directories = match std::env::var_os("PATH") {
        _ if is_path || name.is_empty() => OsString::new(),
        path => path.unwrap_or_else(|| DEFAULT_PATH.into()),
    };
    // An empty directory is the working directory.
    let candidates = std::env::split_paths(&directories).map(|directory| directory.join(name)).flat_map(spellings);
    let mut not_executable = None;
    for candidate in candidates {
        match ensure_executable(&candidate) {
            Ok(()) if lacks_interpreter(&candidate) => {
                return Err(cannot_execute(&candidate, io::ErrorKind::NotFound.into()));
            }
            Ok(()) => return Ok(candidate),
            Err(error) if is_missing(&error) => {}
            Err(error) => not_executable = not_executable.or(Some((candidate, error))),
        }
    }
    if let Some((path, error)) = not_executable {
        return Err(cannot_execute(&path, error));
    }
    let name = display_path(Path::new(name));
    let failure = Failure::new(Kind::CommandNotFound, format!("command `{name}` was not found"));
    if name.contains(' ') {
        let hint = format!("to run it in a shell, run `tfy-tokens run -- sh -c {}`", shell_word(&name));
        return Err(failure.hint(hint));
    }
    Err(failure)
}

pub fn cannot_execute(path: &Path, error: io::Error) -> Failure {
    let failure = Failure::new(Kind::NotExecutable, format!("cannot execute {}", display_path(path)));
    if is_missing(&error) && path.exists() {
        return failure.with_causes(["the program that its first line names was not found".to_owned()]);
    }
    failure.caused_by(error)
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Returns `true` if the first line of a script names a program that does not exist.
fn lacks_interpreter(path: &Path) -> bool {
    let mut start = String::new();
    let file = File::open(path).map(|file| file.take(MAX_FIRST_LINE));
    // A binary is not UTF-8, or does not begin with `#!`.
    let _ = file.and_then(|mut file| file.read_to_string(&mut start));
    let line = start.strip_prefix("#!").and_then(|line| line.split('\n').next()).unwrap_or_default();
    let interpreter = line.trim_start_matches([' ', '\t']).split([' ', '\t']).next().unwrap_or_default();
    cfg!(unix) && !interpreter.is_empty() && !Path::new(interpreter).exists()
}

#[cfg(unix)]
fn spellings(path: PathBuf) -> [PathBuf; 1] {
    [path]
}

/// The path, and the path with each extension of programs.
#[cfg(windows)]
fn spellings(path: PathBuf) -> Vec<PathBuf> {
    let extensions = std::env::var("PATHEXT").unwrap_or_else(|_| ".COM;.EXE;.BAT;.CMD".to_owned());
    let with_extension = |extension: &str| {
        let mut path = path.clone().into_os_string();
        path.push(extension);
        PathBuf::from(path)
    };
    let mut spellings: Vec<PathBuf> = extensions.split(';').map(with_extension).collect();
    if path.extension().is_some() {
        spellings.insert(0, path);
    }
    spellings
}

fn ensure_executable(path: &Path) -> io::Result<()> {
    if std::fs::metadata(path)?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    #[cfg(unix)]
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK)?;
    Ok(())
}
