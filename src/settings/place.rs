//! One of the places that settings come from, and what stands there.

use zeroize::Zeroizing;

use super::account::Source;
use super::base_url::BaseUrl;
use super::dotenv::DotEnv;
use super::sign_in::SignIn;
use crate::environment::{Environment, KEY_NAME};
use crate::error::Error;
use crate::secret::Key;

/// The variables that name the platform, in the order the vendor's curl helper reads them.
const BASE_URL_NAMES: [&str; 3] = ["TFY_BASE_URL", "TFY_HOST", "TFY_API_HOST"];

/// What stands in one place, not yet read for what it means: a setting that is not used may be as broken as it likes.
pub struct Place {
    /// The text of the base URL, and where exactly it stands.
    pub base_url: Option<(Source, String)>,
    /// Where else in the place a base URL stands, which that one outranks.
    pub outranked: Vec<Source>,
    /// The text of the key, and where exactly it stands.
    pub key: Option<(Source, Zeroizing<String>)>,
}

impl Place {
    /// `--base-url` and the variables. A base URL that is empty counts as not set; a key that is empty does not, since a secret
    /// that a CI job was not given must not make room for another one.
    pub fn command_line_and_environment(flag: Option<&str>, environment: &Environment) -> Result<Self, Error> {
        let mut base_url = flag.map(|text| (Source::Flag, text.to_owned()));
        let mut outranked = Vec::new();
        for name in BASE_URL_NAMES.into_iter().filter(|name| environment.is_set(name)) {
            if base_url.is_some() {
                outranked.push(Source::Variable(name));
            } else {
                let text = environment.text(name)?;
                base_url = text.map(|text| (Source::Variable(name), text.to_owned()));
            }
        }
        let key = environment.text(KEY_NAME)?;
        Ok(Self {
            base_url,
            outranked,
            key: key.map(|text| (Source::Variable(KEY_NAME), text.to_owned().into())),
        })
    }

    /// `.env` in the working directory.
    pub fn dotenv(file: &DotEnv) -> Self {
        let mut base_urls = BASE_URL_NAMES
            .into_iter()
            .filter_map(|name| Some((Source::DotEnv(name), file.get(name)?.to_owned())))
            .filter(|(_, text)| !text.is_empty());
        Self {
            base_url: base_urls.next(),
            outranked: base_urls.map(|(source, _)| source).collect(),
            key: file
                .get(KEY_NAME)
                .map(|text| (Source::DotEnv(KEY_NAME), text.to_owned().into())),
        }
    }

    /// The vendor CLI's sign-in.
    pub fn sign_in(found: Option<&SignIn>) -> Self {
        let source = |sign_in: &SignIn| Source::SignIn(sign_in.file().to_owned());
        Self {
            base_url: found.map(|sign_in| (source(sign_in), sign_in.host().to_owned())),
            outranked: Vec::new(),
            key: found.map(|sign_in| (source(sign_in), sign_in.key().expose().to_owned().into())),
        }
    }

    /// The base URL, read; an error names where it stands and never says the text.
    pub fn parsed_base_url(&self, allow_http: bool) -> Option<Result<(BaseUrl, Source), Error>> {
        self.base_url
            .as_ref()
            .map(|(source, text)| match BaseUrl::parse(text, allow_http) {
                Ok(url) => Ok((url, source.clone())),
                Err(why) => Err(Error::bad_input(source.to_string(), why)),
            })
    }

    /// The key, read; an error names where it stands and never says the text.
    pub fn parsed_key(&self) -> Option<Result<(Key, Source), Error>> {
        self.key.as_ref().map(|(source, text)| match Key::parse(text) {
            Ok(key) => Ok((key, source.clone())),
            Err(why) => Err(Error::bad_input(source.to_string(), why)),
        })
    }
}
