//! What is in the file of the sign-in, and how it is replaced.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::Refreshed;
use crate::settings::file;

/// What quotes, names and escapes add to a token in the file, at most: were the text to outgrow what it was given, a copy of the
/// tokens would stay behind in memory.
const ROOM: usize = 64;

/// The fields that are read.
#[derive(Deserialize)]
pub struct Stored {
    pub access_token: SecretString,
    pub refresh_token: Option<SecretString>,
    pub host: String,
}

/// The file with its tokens renewed.
#[derive(Serialize)]
struct Renewed<'a> {
    #[serde(flatten)]
    others: BTreeMap<String, &'a RawValue>,
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

/// Replaces the file whole, with every field it has and the tokens renewed; `false` where `is_same` does not know what is in it
/// any more, as after a sign-in on another platform. Whoever calls this holds the lock, but not everybody takes it.
pub fn renew(path: &Path, refreshed: &Refreshed, is_same: impl FnOnce(&Stored) -> bool) -> io::Result<bool> {
    let path = std::fs::canonicalize(path)?;
    let old = file::read(&path)?;
    if !is_same(&serde_json::from_slice(&old)?) {
        return Ok(false);
    }
    let mut others: BTreeMap<String, &RawValue> = serde_json::from_slice(&old)?;
    let access_token = refreshed.access_token.expose_secret();
    let refresh_token = refreshed.refresh_token.as_ref().map(ExposeSecret::expose_secret);
    others.remove("access_token");
    if refresh_token.is_some() {
        others.remove("refresh_token");
    }
    let added = access_token.len() + refresh_token.map_or(0, str::len) + 2 * ROOM;
    let mut text = Zeroizing::new(Vec::with_capacity(old.len() + added));
    let renewed = Renewed {
        others,
        access_token,
        refresh_token,
    };
    serde_json::to_writer(&mut *text, &renewed)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new().prefix(".credentials").tempfile_in(folder)?;
    beside.write_all(&text)?;
    beside.as_file().sync_all()?;
    beside.persist(&path)?;
    Ok(true)
}
