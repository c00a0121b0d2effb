//! Lists that are read while they change, or from servers that paginate in odd ways.

use std::cell::{Cell, RefCell};

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::api::wire::parse_page;

/// A server with a list of IDs.
struct Server {
    ids: RefCell<Vec<String>>,
    /// `limit` and `offset` of each request.
    requests: RefCell<Vec<(usize, usize)>>,
    max_limit: usize,
    max_page: usize,
    ignores_offset: bool,
    total: fn(usize) -> Option<usize>,
}

impl Server {
    fn new(count: usize) -> Self {
        Self {
            ids: RefCell::new((0..count).map(|number| number.to_string()).collect()),
            requests: RefCell::default(),
            max_limit: 1000,
            max_page: 1000,
            ignores_offset: false,
            total: Some,
        }
    }

    fn page(&self, offset: usize, limit: usize) -> Result<Page, Failure> {
        self.requests.borrow_mut().push((limit, offset));
        if limit > self.max_limit {
            return Err(Failure::new(Kind::Failed, "limit").status(400));
        }
        let ids = self.ids.borrow();
        let offset = if self.ignores_offset { 0 } else { offset };
        let page = ids.iter().skip(offset).take(limit.min(self.max_page));
        let items: Vec<String> = page.map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
        let total = (self.total)(ids.len()).map(|total| format!(r#","pagination":{{"total":{total}}}"#));
        let body = format!(r#"{{"data":[{}]{}}}"#, items.join(","), total.unwrap_or_default());
        parse_page(body.as_bytes(), Timestamp::UNIX_EPOCH)
    }

    /// Reads the list; `before` runs before each request.
    fn read_while(&self, before: impl Fn(&Self)) -> Result<Vec<String>, String> {
        let read = async |offset, limit| {
            before(self);
            self.page(offset, limit)
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let tokens = runtime.block_on(read_all(read, |_, _| ()));
        let ids = |tokens: Vec<Token>| tokens.iter().map(|token| token.id.raw().to_owned()).collect();
        tokens.map(ids).map_err(|failure| failure.to_string())
    }

    fn read(&self) -> Result<Vec<String>, String> {
        self.read_while(|_| ())
    }

    #[track_caller]
    fn assert_complete(&self, requests: &[(usize, usize)]) {
        assert_eq!(self.read().unwrap(), *self.ids.borrow());
        assert_eq!(*self.requests.borrow(), requests);
    }
}

#[test]
fn pages_overlap_by_one_token() {
    for (count, requests) in [
        (0, &[(100, 0)][..]),
        (1, &[(100, 0)]),
        (100, &[(100, 0)]),
        (101, &[(100, 0), (100, 99)]),
        (199, &[(100, 0), (100, 99)]),
        (200, &[(100, 0), (1000, 99)]),
        (1099, &[(100, 0), (1000, 99)]),
        (1100, &[(100, 0), (1000, 99), (1000, 1098)]),
    ] {
        Server::new(count).assert_complete(requests);
    }
}

#[test]
fn token_added_at_the_end_is_listed() {
    // The second page is full, so that only its total differs.
    let server = Server::new(199);
    let listed = server.read_while(|server| {
        if server.requests.borrow().len() == 1 {
            server.ids.borrow_mut().push("new".to_owned());
        }
    });
    assert_eq!(listed.unwrap(), *server.ids.borrow());
}

#[test]
fn refused_large_pages_become_small() {
    let requests = [(100, 0), (1000, 99), (100, 99), (100, 198)];
    Server { max_limit: 100, ..Server::new(250) }.assert_complete(&requests);
    Server { max_page: 100, ..Server::new(250) }.assert_complete(&requests);
}

#[test]
fn server_may_lower_the_page_size() {
    Server { max_page: 3, ..Server::new(7) }.assert_complete(&[(100, 0), (3, 2), (3, 4)]);
    let one = Server { max_page: 1, ..Server::new(7) };
    assert_eq!(one.read().unwrap_err(), "cannot list all tokens: the server lists one token per page");
}

#[test]
fn list_without_total_ends_with_the_overlap() {
    let none: fn(usize) -> Option<usize> = |_| None;
    for (count, requests) in [
        (0, &[(100, 0)][..]),
        (1, &[(100, 0), (100, 1)]),
        (3, &[(100, 0), (100, 2)]),
        (150, &[(100, 0), (100, 99), (100, 149)]),
    ] {
        Server { total: none, ..Server::new(count) }.assert_complete(requests);
    }
    Server { total: none, max_page: 2, ..Server::new(4) }.assert_complete(&[(100, 0), (100, 1), (100, 2), (100, 3)]);
    let one = Server { total: none, max_page: 1, ..Server::new(2) };
    assert!(one.read().unwrap_err().ends_with("one token per page"));
    // A server that does not paginate at all.
    for (count, requests) in [(1, [(100, 0), (100, 1)]), (3, [(100, 0), (100, 2)])] {
        Server { total: none, ignores_offset: true, ..Server::new(count) }.assert_complete(&requests);
    }
}

#[test]
fn untrustworthy_list_is_an_error() {
    for (server, reason) in [
        (Server { ignores_offset: true, ..Server::new(150) }, "the server returns the first page for every offset"),
        (
            Server { ignores_offset: true, total: |_| None, ..Server::new(150) },
            "the server returns the first page for every offset",
        ),
        (Server { total: |_| Some(50), ..Server::new(100) }, "the server reports 50 tokens but lists 100"),
        (Server { total: |_| Some(7), ..Server::new(0) }, "the server reports 7 tokens but lists 0"),
        (Server { total: |_| Some(120), ..Server::new(110) }, "the server reports 120 tokens but lists 110"),
        (Server { total: |_| Some(2000), ..Server::new(110) }, "the server reports 2000 tokens but lists 110"),
        (Server { total: |_| Some(1_000_000_000_000), ..Server::new(1) }, "the server reports 1000000000000 tokens"),
    ] {
        assert_eq!(server.read().unwrap_err(), format!("cannot list all tokens: {reason}"));
        assert!(server.requests.borrow().len() < 100, "{reason}");
    }
}

#[test]
fn ever_changing_list_is_read_five_times() {
    let server = Server::new(150);
    let next = Cell::new(0);
    let error = server.read_while(|server| {
        next.set(next.get() + 1);
        server.ids.borrow_mut().insert(0, format!("new-{}", next.get()));
    });
    assert_eq!(error.unwrap_err(), "cannot list all tokens: the tokens change faster than they can be listed");
    assert_eq!(server.requests.borrow().iter().filter(|(_, offset)| *offset == 0).count(), 5);
}

#[test]
fn token_listed_twice_is_an_error() {
    let server = Server::new(2);
    server.ids.borrow_mut()[1] = "0".to_owned();
    assert_eq!(server.read().unwrap_err(), "cannot list all tokens: the server lists a token twice");
}

proptest! {
    /// Changes the list before a few requests. Every token that exists throughout must be listed exactly once.
    #[test]
    fn moving_list_is_complete_or_an_error(
        count in 0..400_usize,
        changes in prop::collection::vec((0..8_usize, 0..400_usize, any::<bool>()), 0..4),
        max_page in prop_oneof![Just(1000_usize), Just(100), 2..120_usize],
        has_total in any::<bool>(),
    ) {
        let total: fn(usize) -> Option<usize> = if has_total { Some } else { |_| None };
        let server = Server { max_page, total, ..Server::new(count) };
        let removed = RefCell::new(Vec::new());
        let listed = server.read_while(|server| {
            let number = server.requests.borrow().len();
            for (index, (_, at, is_added)) in changes.iter().enumerate().filter(|(_, (when, ..))| *when == number) {
                let mut ids = server.ids.borrow_mut();
                if *is_added {
                    let at = at.min(&ids.len()).to_owned();
                    ids.insert(at, format!("new-{index}-{number}"));
                } else if *at < ids.len() {
                    removed.borrow_mut().push(ids.remove(*at));
                }
            }
        });
        if let Ok(listed) = listed {
            let old = |id: &&String| !id.starts_with("new-") && !removed.borrow().contains(*id);
            let kept: Vec<String> = (0..count).map(|number| number.to_string()).filter(|id| !removed.borrow().contains(id)).collect();
            prop_assert_eq!(listed.iter().filter(old).cloned().collect::<Vec<_>>(), kept);
        }
    }
}
