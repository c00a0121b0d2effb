//! Where base URL and key come from: the command line and the environment, `.env` in the working directory, the vendor CLI's
//! sign-in. The earlier is trusted more, and a key is never sent to a host that a less trusted place names.

mod account;
mod base_url;
mod dotenv;
mod environment;
mod place;
mod sign_in;

use std::path::Path;

use jiff::Timestamp;

pub use account::{Account, Source};
pub use base_url::{BaseUrl, is_loopback};
use dotenv::DotEnv;
pub use environment::Environment;
pub use place::KEY_NAME;
use place::Place;
pub use sign_in::{RefreshRequest, Refreshed, SignIn};

use crate::error::Error;
use crate::secret::Key;

/// Lets `http://` go to other machines.
const ALLOW_HTTP: &str = "TFY_ALLOW_HTTP";

/// What was found in all places, and what follows from it.
pub struct Settings {
    /// The platform, where a place names one that can be used.
    pub base_url: Option<(BaseUrl, Source)>,
    /// The key, where a place holds one that can be used.
    pub key: Option<(Key, Source)>,
    /// The places that hold something which is not used.
    pub passed_over: Vec<PassedOver>,
    /// What a user should know of the files that were read.
    pub warnings: Vec<String>,
    verdict: Result<Account, Error>,
    sign_in: Option<SignIn>,
}

/// A place whose settings are not used.
#[derive(Debug)]
pub struct PassedOver {
    /// The place.
    pub place: String,
    /// Which of its settings are not used, and why.
    pub why: String,
}

impl Settings {
    /// Looks in all places. `base_url` is the text of `--base-url`.
    pub fn find(base_url: Option<&str>, environment: &Environment) -> Result<Self, Error> {
        let file = DotEnv::read(Path::new(".env"));
        let mut warnings: Vec<String> = file.warning.iter().cloned().collect();
        let found = match environment.home() {
            Some(home) => SignIn::read(&SignIn::path(&home)),
            None => Ok(None),
        };
        let places = [
            Place::command_line_and_environment(base_url, environment)?,
            Place::dotenv(&file),
            Place::sign_in(found.as_ref().ok().and_then(Option::as_ref)),
        ];
        let allow_http = environment.is(ALLOW_HTTP, "1");
        let mut settings = Self::choose(&places, allow_http);
        match found {
            Ok(found) => settings.sign_in = found.filter(|_| matches!(settings.key, Some((_, Source::SignIn(_))))),
            Err(broken) if settings.key.is_none() => settings.verdict = settings.verdict.and(Err(broken)),
            Err(_) => {}
        }
        if let Some(sign_in) = settings
            .sign_in
            .as_ref()
            .filter(|sign_in| sign_in.is_readable_by_others())
        {
            warnings.push(format!(
                "{0} can be read by others: chmod 600 {0}",
                sign_in.file().display()
            ));
        }
        settings.warnings = warnings;
        Ok(settings)
    }

    fn choose(places: &[Place; 3], allow_http: bool) -> Self {
        let url_rank = places.iter().position(|place| place.base_url.is_some());
        let key_rank = places.iter().position(|place| place.key.is_some());
        let url_of = |rank: Option<usize>| {
            rank.and_then(|rank| places[rank].parsed_base_url(allow_http))
                .transpose()
        };
        let base_url = url_of(url_rank);
        let key = key_rank.and_then(|rank| places[rank].parsed_key()).transpose();
        let host_of_key = url_of(key_rank).ok().flatten().map(|(url, _)| url);
        Self {
            base_url: base_url.as_ref().ok().cloned().flatten(),
            key: key.as_ref().ok().cloned().flatten(),
            passed_over: passed_over(places, url_rank, key_rank),
            warnings: Vec::new(),
            verdict: pair(base_url, key, url_rank > key_rank, host_of_key.as_ref()),
            sign_in: None,
        }
    }

    /// Whether the session of the sign-in in use has to be refreshed first.
    fn needs_refresh(&self, now: Timestamp) -> bool {
        self.verdict.is_ok() && self.sign_in.as_ref().is_some_and(|sign_in| sign_in.is_stale(now))
    }

    /// The pair to use, its session refreshed through `ask` where it has to be.
    pub async fn account(
        self,
        now: Timestamp,
        ask: impl AsyncFnOnce(&Account, RefreshRequest) -> Result<Refreshed, Error>,
    ) -> Result<Account, Error> {
        let needs_refresh = self.needs_refresh(now);
        let account = self.verdict?;
        let Some(sign_in) = self.sign_in.filter(|_| needs_refresh) else {
            return Ok(account);
        };
        let refreshed = sign_in
            .refreshed(now, async |request| ask(&account, request).await)
            .await?;
        let base_url = (account.base_url().clone(), account.base_url_from().clone());
        Ok(Account::new(
            base_url,
            (refreshed.key().clone(), account.key_from().clone()),
        ))
    }
}

/// Puts base URL and key together, unless the key belongs to another host or a less trusted place names the one it would go to.
fn pair(
    base_url: Result<Option<(BaseUrl, Source)>, Error>,
    key: Result<Option<(Key, Source)>, Error>,
    host_is_trusted_less: bool,
    host_of_key: Option<&BaseUrl>,
) -> Result<Account, Error> {
    let (base_url, key) = (base_url?, key?);
    let (url, url_from) = base_url.ok_or(Error::NotSignedIn("base URL"))?;
    let (key, key_from) = key.ok_or(Error::NotSignedIn("key"))?;
    let other_host = host_of_key.filter(|host| **host != url);
    if !host_is_trusted_less && other_host.is_none() {
        return Ok(Account::new((url, url_from), (key, key_from)));
    }
    let hint = match other_host {
        Some(host) => {
            format!("the key there is for {host}; put the key for {url} where {url_from} is, or leave {url_from} out")
        }
        None => format!("if the key is for that host, say so where the key is: export TFY_BASE_URL={url}"),
    };
    Err(Error::SplitPair {
        key_from: key_from.to_string(),
        key_for: other_host.map(ToString::to_string),
        base_url: url.to_string(),
        base_url_from: url_from.to_string(),
        hint,
    })
}

fn passed_over(places: &[Place], url_rank: Option<usize>, key_rank: Option<usize>) -> Vec<PassedOver> {
    let loses = |is_set: bool, rank: usize, winner: Option<usize>| winner.filter(|winner| is_set && *winner != rank);
    let of_place = |(rank, place): (usize, &Place)| {
        let url_lost_to = loses(place.base_url.is_some(), rank, url_rank);
        let key_lost_to = loses(place.key.is_some(), rank, key_rank);
        let what = match (url_lost_to, key_lost_to) {
            (Some(_), Some(_)) => "base URL and key",
            (Some(_), None) => "base URL",
            (None, Some(_)) => "key",
            (None, None) => return None,
        };
        let winner = &places[url_lost_to.or(key_lost_to)?];
        let why = format!("{what} not used: {} comes first", winner.name);
        Some(PassedOver {
            place: place.name.clone(),
            why,
        })
    };
    places.iter().enumerate().filter_map(of_place).collect()
}
