//! Words of other tools, and the commands and options of this program that do the same.

use clap::Command;

/// Commands of other tools, and our command line.
const COMMANDS: &[(&str, &str)] = &[
    ("auth authenticate signin sign-in configure init setup connect", "login"),
    ("signout sign-out logoff", "logout"),
    ("whoami who me info config doctor check ping context profile session", "status"),
    ("new add generate gen make mint issue request", "create"),
    ("revoke del destroy drop erase invalidate disable deactivate unset expire", "delete"),
    ("prune gc clean cleanup purge", "delete --expired"),
    ("renew refresh regenerate regen roll reissue replace recreate extend", "rotate"),
    ("find search grep filter describe inspect lookup details", "list --search"),
    ("all ps ll index", "list"),
    ("exec with env", "run"),
    ("completion autocomplete", "completions"),
    ("version", "--version"),
    ("manual docs", "man"),
    // The most dangerous command is never suggested.
    ("revoke_all revokeall revoke-everything delete-all", "--help"),
];

/// Names of the thing that this program manages, as `token list` in other tools.
const NOUNS: &str = "token tokens pat pats access-token access-tokens personal-access-token personal-access-tokens \
                     api-token api-tokens key keys api-key api-keys secret secrets";

/// Commands that people try in order to see a value again.
const REVEALING: &str = "get reveal show view cat read value";

const NO_VALUE: &str = "a token value cannot be shown again; run `tfy-tokens list` to see your tokens, or `tfy-tokens rotate` \
                        to replace one";

/// Commands that would change a token.
const CHANGING: &str = "edit update rename modify patch set";

/// Options of other tools: our commands to which the line applies (all if empty), the options, and what to use instead. A text that
/// begins with a dash is an option, and applies to the commands that have it.
const OPTIONS: &[(&str, &str, &str)] = &[
    ("", "json j", "-o json"),
    ("", "csv", "-o csv"),
    ("", "jsonl ndjson", "-o jsonl"),
    ("", "yaml", "-o json"),
    ("", "format output-format out-format", "--output"),
    ("", "template jq fields columns", "-o json"),
    (
        "",
        "ttl duration expiry expiration expiration-date expires-in expires-at expires-on expire-in expire-after",
        "--expires",
    ),
    ("", "lifetime valid-for valid-until validity days max-age exp until e", "--expires"),
    ("", "never no-expiry no-expiration no-expire", "--expires never"),
    ("create", "name token-name n", "write the name without an option, as in `tfy-tokens create my-token`"),
    ("rotate", "new-name to", "--as"),
    ("delete rotate", "name token-name id token-id", "write the name or the ID without an option"),
    ("create list status", "force f yes y confirm", "omit it, because this command asks for no confirmation"),
    ("", "force f assume-yes confirm no-confirm auto-approve skip-confirmation", "--yes"),
    ("", "no-prompt no-interactive non-interactive noninteractive batch", "--no-input"),
    ("list", "all a show-all include-expired", "all tokens are listed; filter them with --active or --expired"),
    ("delete", "all a", "select the tokens with filters, such as --expired or --unused-for 90d"),
    ("list", "limit l max per-page page-size page top", "the list is always complete; run `tfy-tokens list | head`"),
    ("list", "name contains filter grep match query s", "--search"),
    ("delete", "contains filter grep match query s", "--search"),
    ("", "sort-by order-by order", "--sort"),
    ("", "desc descending", "--reverse"),
    ("", "older min-age created-before before age", "--older-than"),
    ("", "unused inactive stale idle not-used-since", "--unused-for"),
    ("", "expiring expiring-within expires-before expires-soon", "--expires-within"),
    ("", "fail fail-if-found error-exitcode", "--exit-code"),
    ("", "user email for u", "--for-user"),
    ("", "file out output-file out-file write-to", "--save"),
    ("", "jwt", "--type jwt"),
    ("", "opaque", "--type opaque"),
    ("", "dryrun simulate plan what-if whatif noop n", "--dry-run"),
    ("", "ignore-missing missing-ok if-exists", "--ignore-not-found"),
    ("", "keep keep-existing no-delete", "--keep-old"),
    ("", "no-color nocolor plain", "--color never"),
    ("", "silent", "--quiet"),
    ("", "debug trace log-level", "--verbose"),
    ("", "max-time request-timeout connect-timeout", "--timeout"),
    ("", "retry max-retries", "--retries"),
    ("", "host hostname url server endpoint api-url address tenant org workspace", "--base-url"),
    ("", "profile context env", "set TFY_BASE_URL and TFY_API_KEY, which `tfy-tokens status` shows"),
    (
        "",
        "token api-key apikey key api-token access-token auth-token bearer password",
        "set TFY_API_KEY, because other users can see command lines",
    ),
    (
        "",
        "insecure k skip-verify no-verify insecure-skip-tls-verify",
        "set SSL_CERT_FILE to a file with the certificate of your authority",
    ),
    ("create", "scope scopes permission permissions role roles", "a token has the permissions of its user"),
    ("create", "description note comment label tag", "a token has only a name, as in `tfy-tokens create my-token`"),
];

fn contains(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|known| known == word)
}

/// Returns what to run instead of an unknown command. `next` is the argument after it, quoted for a shell.
pub fn command_tip(word: &str, next: Option<&str>, commands: &Command) -> Option<String> {
    if contains(REVEALING, word) {
        return Some(NO_VALUE.to_owned());
    }
    if contains(CHANGING, word) {
        return Some("a token cannot be changed; run `tfy-tokens rotate` to replace it with a new one".to_owned());
    }
    if contains(NOUNS, word) {
        return match next {
            None => Some("run `tfy-tokens list`".to_owned()),
            Some(next) if commands.find_subcommand(next).is_some() => Some(format!("run `tfy-tokens {next}`")),
            Some(next) => command_tip(next, None, commands),
        };
    }
    let (_, ours) = COMMANDS.iter().find(|(words, _)| contains(words, word))?;
    // `auth login` and `auth status` are our `login` and `status`.
    let command = next.filter(|next| word == "auth" && commands.find_subcommand(next).is_some());
    let takes_token = matches!(*ours, "create" | "delete" | "rotate" | "list --search");
    Some(match (command, next.filter(|_| takes_token)) {
        (Some(command), _) => format!("run `tfy-tokens {command}`"),
        (None, Some(token)) => format!("run `tfy-tokens {ours} {token}`"),
        (None, None) => format!("run `tfy-tokens {}`", ours.trim_end_matches(" --search")),
    })
}

/// Returns what to use instead of an unknown option of a command.
pub fn option_tip(option: &str, command: &Command) -> Option<String> {
    let word = option.trim_start_matches('-');
    let has = |target: &str| {
        let long = target.split(' ').next()?.strip_prefix("--")?;
        Some(command.get_arguments().any(|argument| argument.get_long() == Some(long)))
    };
    let mut lines = OPTIONS.iter().filter(|(commands, words, _)| {
        contains(words, word) && (commands.is_empty() || contains(commands, command.get_name()))
    });
    // Every command has `-o`.
    let (_, _, instead) = lines.find(|(_, _, instead)| has(instead).unwrap_or(true))?;
    Some(if instead.starts_with('-') { format!("use `{instead}`") } else { (*instead).to_owned() })
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn words_lead_to_our_commands_and_options() {
        let mut commands = Cli::command();
        commands.build();
        for (words, ours) in COMMANDS {
            let command = ours.split(' ').next().unwrap();
            let is_known = commands.find_subcommand(command).is_some() || ours.starts_with('-');
            // These words are tried only after our own commands.
            let is_free = words.split(' ').all(|word| commands.find_subcommand(word).is_none());
            assert!(is_known && is_free, "{words}: {ours}");
        }
        let has = |option: &str| {
            let long = option.trim_start_matches("--");
            commands
                .get_subcommands()
                .any(|command| command.get_arguments().any(|argument| argument.get_long() == Some(long)))
        };
        for (names, words, instead) in OPTIONS {
            assert!(names.split_whitespace().all(|name| commands.find_subcommand(name).is_some()), "{names}");
            let option = instead.split(' ').next().unwrap();
            assert!(!option.starts_with("--") || has(option), "{words}: {instead}");
        }
    }

    #[test]
    fn tips_can_be_pasted() {
        let tips = OPTIONS.iter().map(|(_, _, instead)| *instead).chain([NO_VALUE]);
        for line in tips.flat_map(|tip| tip.split('`').skip(1).step_by(2)) {
            let line = line.split(" | ").next().unwrap();
            let parsed = Cli::try_parse_from(line.split(' '));
            let is_incomplete = |error: &clap::Error| error.kind() == clap::error::ErrorKind::MissingRequiredArgument;
            assert!(parsed.is_ok() || parsed.is_err_and(|error| is_incomplete(&error)), "{line}");
        }
    }
}
