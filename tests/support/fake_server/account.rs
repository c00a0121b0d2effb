//! The users and their tokens.

use std::collections::HashMap;

use serde_json::Value;

use super::keys::token_value;
use super::{ADA, GRACE, Seed};

/// A token that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    pub id: String,
    pub name: String,
}

type Edit = Box<dyn Fn(&mut Value) + Send>;

struct Item {
    id: String,
    name: String,
    owner: String,
    content: Content,
    edit: Option<Edit>,
}

enum Content {
    Token { seed: Box<Seed>, value: String },
    Raw(Value),
}

impl Item {
    fn json(&self) -> Value {
        let mut item = match &self.content {
            Content::Token { seed, value } => seed.item(&self.id, value),
            Content::Raw(item) => item.clone(),
        };
        if let Some(edit) = &self.edit {
            edit(&mut item);
        }
        item
    }
}

/// The users of the tenant and their tokens.
#[derive(Default)]
pub struct Account {
    items: Vec<Item>,
    /// Every value ever issued, also of tokens that were deleted.
    values: HashMap<String, String>,
    created: usize,
}

impl Account {
    /// Adds a token described by a [`Seed`] and returns its id.
    pub fn add(&mut self, seed: &str) -> String {
        self.add_seed(Seed::parse(seed))
    }

    pub(super) fn add_seed(&mut self, seed: Seed) -> String {
        let value = token_value(&seed, self.created + 1);
        self.add_with_value(seed, value)
    }

    pub(super) fn add_with_value(&mut self, seed: Seed, value: String) -> String {
        self.created += 1;
        let id = format!("cm3k1x9qf{:016}", self.created);
        self.values.insert(seed.name.clone(), value.clone());
        self.items.push(Item {
            id: id.clone(),
            name: seed.name.clone(),
            owner: seed.owner.clone(),
            content: Content::Token {
                seed: Box::new(seed),
                value,
            },
            edit: None,
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
            edit: None,
        });
    }

    pub(super) fn edit(&mut self, id: &str, edit: impl Fn(&mut Value) + Send + 'static) {
        let item = self.items.iter_mut().find(|item| item.id == id);
        item.expect("a token to edit").edit = Some(Box::new(edit));
    }

    /// Removes Ada's token of that name; returns whether it existed.
    pub fn remove(&mut self, name: &str) -> bool {
        self.remove_where(|item| item.owner == ADA && item.name == name)
    }

    /// The tokens of a user, the last added first.
    pub fn tokens_of(&self, email: &str) -> Vec<Existing> {
        let owned = self.items.iter().rev().filter(|item| item.owner == email);
        let existing = owned.map(|item| Existing {
            id: item.id.clone(),
            name: item.name.clone(),
        });
        existing.collect()
    }

    pub(super) fn value_of(&self, name: &str) -> Option<String> {
        self.values.get(name).cloned()
    }

    pub(super) fn has_user(email: &str) -> bool {
        [ADA, GRACE].contains(&email)
    }

    pub(super) fn is_taken(&self, owner: &str, name: &str) -> bool {
        let mut items = self.items.iter();
        items.any(|item| item.owner == owner && item.name == name)
    }

    /// The owner and the name of the unexpired token that has this value.
    pub(super) fn holder(&self, value: &str) -> Option<(String, String)> {
        self.items.iter().find_map(|item| match &item.content {
            Content::Token { seed, value: own } if own == value && !seed.is_expired() => {
                Some((seed.owner.clone(), seed.name.clone()))
            }
            _ => None,
        })
    }

    /// A page of a user's tokens whose names contain `search`, and their number on all pages.
    pub(super) fn page(&self, owner: &str, search: &str, offset: usize, limit: usize) -> (Vec<Value>, usize) {
        let matches = |item: &&Item| item.owner == owner && item.name.contains(search);
        let found = || self.items.iter().rev().filter(matches);
        let page = found().skip(offset).take(limit);
        (page.map(Item::json).collect(), found().count())
    }

    pub(super) fn delete(&mut self, owner: &str, id: &str) -> bool {
        self.remove_where(|item| item.owner == owner && item.id == id)
    }

    pub(super) fn revoke_all(&mut self, owner: &str) {
        self.items.retain(|item| item.owner != owner);
    }

    fn remove_where(&mut self, matches: impl FnMut(&Item) -> bool) -> bool {
        let position = self.items.iter().position(matches);
        position.map(|index| self.items.remove(index)).is_some()
    }
}
