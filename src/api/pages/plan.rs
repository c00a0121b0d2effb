//! Which pages of a listing are asked for.

/// The offsets that are asked for next.
#[derive(Clone)]
pub struct Plan {
    offset: usize,
    stride: usize,
    end: usize,
    /// Each page begins with the last token of the page before.
    pub overlaps: bool,
}

impl Plan {
    /// The one page at `offset`.
    pub fn one(offset: usize) -> Self {
        Self {
            offset,
            stride: 1,
            end: offset + 1,
            overlaps: true,
        }
    }

    /// All pages from `next` to `total`, where a page has `size` tokens. They overlap where that is wanted at any price, or where
    /// the room that the last page would leave is enough for it.
    pub fn rest(next: usize, total: usize, size: usize, overlaps: bool) -> Self {
        let missing = total - next;
        let room = missing.next_multiple_of(size) - missing;
        let overlaps = size > 1 && next > 0 && (overlaps || room >= missing.div_ceil(size));
        let lap = usize::from(overlaps);
        Self {
            offset: next - lap,
            stride: size - lap,
            end: total - lap,
            overlaps,
        }
    }
}

impl Iterator for Plan {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let offset = (self.offset < self.end).then_some(self.offset)?;
        self.offset += self.stride;
        Some(offset)
    }
}
