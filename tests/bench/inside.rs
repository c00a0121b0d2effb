//! Time to read a page and to draw a table, without the network: `cargo bench --bench inside`.

mod page;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use tfy_tokens::internals::{draw_page, parse_page};

fn main() {
    divan::main();
}

fn body(tokens: usize) -> String {
    let items: Vec<String> = (0..tokens).map(page::item).collect();
    page::page(&items, 0, tokens)
}

#[divan::bench(args = [1, 100])]
fn read(bencher: Bencher<'_, '_>, tokens: usize) {
    let body = body(tokens);
    bencher.counter(BytesCount::of_str(&body)).bench(|| parse_page(divan::black_box(body.as_bytes())));
}

#[divan::bench(args = [100, 10_000])]
fn read_and_draw(bencher: Bencher<'_, '_>, tokens: usize) {
    let body = body(tokens);
    bencher.counter(ItemsCount::new(tokens)).bench(|| draw_page(divan::black_box(body.as_bytes())));
}
