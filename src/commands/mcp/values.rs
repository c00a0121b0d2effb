//! The files with the values of new tokens.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};

use crate::error::{Failure, Kind};
use crate::settings::env;
use crate::token_name::TokenName;
use crate::tokens::save::TokenFile;
use crate::untrusted::{display_path, shell_word};

/// Creates a file for the value of a token.
pub fn new_file(name: &TokenName, save_dir: Option<&Path>) -> Result<TokenFile, Failure> {
    let directory = match save_dir {
        Some(directory) => directory.to_owned(),
        None => default_directory()?,
    };
    let cannot_create = |error| {
        Failure::new(Kind::Usage, format!("cannot create the directory {}", display_path(&directory)))
            .caused_by(error)
            .hint("start the server with `--save-dir` and a directory that you can write to")
    };
    let directory = std::path::absolute(&directory).map_err(cannot_create)?;
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&directory).map_err(cannot_create)?;
    ensure_private(&directory)?;
    TokenFile::create(&directory.join(format!("{name}-{:08x}", fastrand::u32(..))))
}

/// Steps after a value was written to a file.
pub fn next_steps(name: &TokenName, path: &str) -> String {
    let variable = name.as_str().replace('-', "_").to_uppercase();
    let file = shell_word(path);
    format!(
        "Saved the token value to {path}. It will not be shown again.\n\
         Store it where it is needed, for example with one of:\n  \
         gh secret set {variable} < {file}\n  \
         vault kv put secret/{name} value=@{file}\n  \
         kubectl create secret generic {name} --from-file=token={file}\n\
         or in a TrueFoundry secret group. Then remove the file:\n  \
         rm {file}\n"
    )
}

fn default_directory() -> Result<PathBuf, Failure> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let parent = absolute("XDG_RUNTIME_DIR").or_else(|| absolute("XDG_STATE_HOME"));
    let parent = parent.or_else(|| Some(env::home()?.join(".local").join("state")));
    let parent = parent.ok_or_else(|| {
        Failure::new(Kind::Usage, "no directory is known for the file with the value, because HOME is not set")
            .hint("start the server with `--save-dir` and a directory, or set HOME in its environment")
    });
    Ok(parent?.join("tfy-tokens"))
}

/// Fails if another user could replace the files in the directory. Nobody else can read them, whatever the mode of the directory.
#[cfg(unix)]
fn ensure_private(directory: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::MetadataExt;
    let path = display_path(directory);
    let metadata = std::fs::metadata(directory);
    let metadata = metadata
        .map_err(|error| Failure::new(Kind::Usage, format!("cannot read the directory {path}")).caused_by(error))?;
    let is_ours = [0, rustix::process::geteuid().as_raw()].contains(&metadata.uid());
    if is_ours && metadata.mode() & 0o022 == 0 {
        return Ok(());
    }
    let message = format!("other users can write to the directory {path}; no token was created");
    Err(Failure::new(Kind::Usage, message)
        .hint(format!("run `chmod 700 {}`, or use another `--save-dir`", shell_word(&path))))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "fails on Unix")]
fn ensure_private(_: &Path) -> Result<(), Failure> {
    Ok(())
}
