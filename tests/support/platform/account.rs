//! What the platform keeps: users and their tokens.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::keys::token_value;
use super::page::PageQuery;
use super::{ADA, GRACE, TokenSeed};

/// A token that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    pub id: String,
    pub name: String,
}

struct Item {
    id: String,
    name: String,
    owner: String,
    content: Content,
}

enum Content {
    Token { seed: Box<TokenSeed>, value: String },
    Raw(Value),
}

impl Item {
    fn json(&self) -> Value {
        match &self.content {
            Content::Token { seed, value } => seed.item(&self.id, value),
            Content::Raw(item) => item.clone(),
        }
    }
}

/// The users of the tenant and their tokens; a listing has the last added first.
pub struct Account {
    items: Vec<Item>,
    users: BTreeSet<String>,
    /// Every value ever made, also of tokens that are gone.
    values: HashMap<String, String>,
    made: usize,
}

impl Account {
    pub(super) fn new() -> Self {
        Self {
            items: Vec::new(),
            users: [ADA, GRACE].map(str::to_owned).into(),
            values: HashMap::new(),
            made: 0,
        }
    }

    /// Adds a token and answers with its id.
    pub fn add(&mut self, seed: TokenSeed) -> String {
        let value = token_value(&seed, self.made + 1);
        self.add_with_value(seed, value)
    }

    pub(super) fn add_with_value(&mut self, seed: TokenSeed, value: String) -> String {
        self.made += 1;
        let id = format!("cm3k1x9qf{:06}", self.made);
        self.values.insert(seed.name.clone(), value.clone());
        self.items.push(Item {
            id: id.clone(),
            name: seed.name.clone(),
            owner: seed.owner.clone(),
            content: Content::Token {
                seed: Box::new(seed),
                value,
            },
        });
        id
    }

    pub(super) fn add_raw(&mut self, item: Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let name = text(&item["manifest"]["name"]).or_else(|| text(&item["name"]));
        self.items.push(Item {
            id: text(&item["id"]).unwrap_or_default(),
            name: name.unwrap_or_default(),
            owner: ADA.to_owned(),
            content: Content::Raw(item),
        });
    }

    /// Removes Ada's token of that name; whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.remove_where(|item| item.owner == ADA && item.name == name)
    }

    /// The tokens of a user, the last added first.
    pub fn tokens_of(&self, email: &str) -> Vec<Existing> {
        let existing = |item: &Item| Existing {
            id: item.id.clone(),
            name: item.name.clone(),
        };
        let owned = self.items.iter().rev().filter(|item| item.owner == email);
        owned.map(existing).collect()
    }

    pub(super) fn value_of(&self, name: &str) -> Option<String> {
        self.values.get(name).cloned()
    }

    /// A user's token of that name: its item in a listing, and its value.
    pub(super) fn token(&self, owner: &str, name: &str) -> Option<(Value, String)> {
        let item = self
            .items
            .iter()
            .find(|item| item.owner == owner && item.name == name)?;
        match &item.content {
            Content::Token { value, .. } => Some((item.json(), value.clone())),
            Content::Raw(_) => None,
        }
    }

    pub(super) fn has_user(&self, email: &str) -> bool {
        self.users.contains(email)
    }

    pub(super) fn is_taken(&self, owner: &str, name: &str) -> bool {
        let mut items = self.items.iter();
        items.any(|item| item.owner == owner && item.name == name)
    }

    /// The name of the token that a value belongs to, with its owner, unless it has expired.
    pub(super) fn holder(&self, value: &str) -> Option<(String, String)> {
        self.items.iter().find_map(|item| match &item.content {
            Content::Token { seed, value: own } if own == value && !seed.is_expired() => {
                Some((seed.owner.clone(), seed.name.clone()))
            }
            _ => None,
        })
    }

    /// A page of a user's tokens whose names contain `search`, and how many there are on all pages.
    pub(super) fn page(&self, owner: &str, query: &PageQuery) -> (Vec<Value>, usize) {
        let fits = |item: &&Item| item.owner == owner && item.name.contains(&query.search);
        let found = || self.items.iter().rev().filter(fits);
        let page = found().skip(query.offset).take(query.limit);
        (page.map(Item::json).collect(), found().count())
    }

    pub(super) fn delete(&mut self, owner: &str, id: &str) -> bool {
        self.remove_where(|item| item.owner == owner && item.id == id)
    }

    pub(super) fn revoke_all(&mut self, owner: &str) {
        self.items.retain(|item| item.owner != owner);
    }

    fn remove_where(&mut self, fits: impl FnMut(&Item) -> bool) -> bool {
        let position = self.items.iter().position(fits);
        position.map(|at| self.items.remove(at)).is_some()
    }
}
