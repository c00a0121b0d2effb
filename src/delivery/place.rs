//! Where a value goes.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::label::Label;
use crate::error::Error;
use crate::output::Output;
use crate::secret::TokenValue;
use crate::text::shown;

/// Where a value will go. It is made before the platform is asked, so that nothing is created that could not be delivered.
pub enum Place {
    /// Standard output.
    StandardOutput,
    /// The file of `--save`.
    File(NewFile),
}

/// A file that did not exist before and only its owner can read. It goes away with this unless a value came to be in it.
pub struct NewFile {
    path: PathBuf,
    file: File,
    is_filled: bool,
}

impl NewFile {
    fn fill(&mut self, value: &TokenValue) -> io::Result<()> {
        self.file.write_all(value.line().as_bytes())?;
        match self.file.sync_all() {
            // Some network file systems know no such thing. The value is written, and nowhere else.
            Err(why) if !matches!(why.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput) => {
                return Err(why);
            }
            _ => self.is_filled = true,
        }
        Ok(())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether what is at the path is still this file, and not one that somebody else has put there since.
    #[cfg(unix)]
    fn is_in_place(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        let here = std::fs::symlink_metadata(&self.path).map(identity);
        matches!((here, self.file.metadata().map(identity)), (Ok(here), Ok(ours)) if here == ours)
    }

    /// Whether what is at the path is still this file: an open file cannot be replaced on this system.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "elsewhere it can be replaced")]
    fn is_in_place(&self) -> bool {
        true
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_filled && self.is_in_place() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

impl Place {
    /// Makes the place ready. A file that exists, even as a link, is never touched.
    pub fn prepare(save: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = save else {
            return Ok(Self::StandardOutput);
        };
        if path == Path::new("-") {
            return Err(Error::bad_input(
                "--save",
                "`-` is no file: without --save the value goes to standard output",
            ));
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|why| Error::SavePlace {
            path: path.to_owned(),
            why,
        })?;
        Ok(Self::File(NewFile {
            path: path.to_owned(),
            file,
            is_filled: false,
        }))
    }

    /// Gives the value; on standard output, with what it is the value of.
    pub async fn hand_over(&mut self, value: TokenValue, label: &Label<'_>, output: &Output) -> anyhow::Result<()> {
        match self {
            Self::StandardOutput => {
                let text = label.with_value(&value, output);
                output.value(text).await.context("standard output did not take it")
            }
            Self::File(file) => {
                let filled = file.fill(&value);
                filled.with_context(|| format!("{} did not take it", shown(&file.path)))
            }
        }
    }
}
