//! The rows of a collection, kept as slices of the response bodies.

use alloc::string::String;
use alloc::vec::Vec;

use super::Answer;
use super::answer::{not_json, unexpected};
use crate::error::Error;
use crate::json::{Collection, Json};

/// Rows, page by page, in the bodies that contain them.
#[derive(Debug, Default)]
pub struct Rows {
    pages: Vec<Page>,
}

#[derive(Debug)]
struct Page {
    body: String,
    // The start and end of each row.
    rows: Vec<(usize, usize)>,
}

impl Page {
    fn row(&self, at: usize) -> Option<&str> {
        let &(from, to) = self.rows.get(at)?;
        self.body.get(from..to)
    }

    /// From the start of the first row to the end of the last: the items of an array, with any
    /// space between them.
    fn span(&self) -> Option<(usize, usize)> {
        Some((self.rows.first()?.0, self.rows.last()?.1))
    }
}

impl Rows {
    /// A collection whose only row is this body.
    pub(crate) fn one(body: String) -> Rows {
        let rows = Vec::from([(0, body.len())]);
        Rows { pages: Vec::from([Page { body, rows }]) }
    }

    /// Adds the rows of a page, at most this many in total, and returns the link to the next page.
    ///
    /// # Errors
    ///
    /// `report` if the body is not a collection of rows, or if another page started with the same
    /// row: such a chain would fill a list with repeated rows.
    pub(crate) fn add(&mut self, answer: Answer, limit: usize) -> Result<Option<String>, Error> {
        let body = answer.into_text()?;
        // Even of a page with millions of tiny rows, only the requested number is kept.
        let page = Collection::parse_at_most(&body, limit.saturating_sub(self.len()))
            .map_err(|error| not_json(&body, error))?
            .ok_or_else(|| unexpected("an object with an array `value`", &body))?;
        let next_link = match page.next_link {
            // Without its next page a list would look complete.
            Some(link) => Some(
                link.string()
                    .ok_or_else(|| unexpected("a next link that is a text", link.as_str()))?,
            ),
            None => None,
        };
        let rows = page.rows;
        let text = |&(from, to): &(usize, usize)| body.get(from..to).unwrap_or_default();
        if let Some(row) = rows.iter().find(|row| !text(row).starts_with('{')) {
            return Err(unexpected("rows that are JSON objects", text(row)));
        }
        let first = rows.first().map(text);
        if first.is_some() && self.pages.iter().any(|page| page.row(0) == first) {
            return Err(Error::report(
                "Dynamics 365 answered with a next page that has the same rows again",
            ));
        }
        if !rows.is_empty() {
            self.pages.push(Page { body, rows });
        }
        Ok(next_link)
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.pages.iter().map(|page| page.rows.len()).sum()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// The rows for reading.
    pub fn json(&self) -> Vec<Json<'_>> {
        let mut rows = Vec::new();
        for row in self.iter() {
            if let Ok(row) = Json::parse(row) {
                rows.push(row);
            }
        }
        rows
    }

    /// The rows, each the text of one JSON object.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().flat_map(|page| {
            page.rows.iter().map(|&(from, to)| page.body.get(from..to).unwrap_or("{}"))
        })
    }

    /// The bytes of all rows together.
    pub(crate) fn bytes(&self) -> usize {
        self.pages.iter().map(|page| page.body.len()).sum()
    }

    /// Appends the rows as a JSON array. If they came on one page, its body becomes the text, so
    /// that a large page is not copied.
    pub(crate) fn push_array(mut self, out: &mut String) {
        out.push('[');
        if let [page] = self.pages.as_mut_slice()
            && let Some((from, to)) = page.span()
            && out.len() <= from
        {
            let mut body = core::mem::take(&mut page.body);
            body.truncate(to);
            body.replace_range(..from, out);
            *out = body;
        } else {
            out.reserve(self.bytes());
            for (at, page) in self.pages.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                let (from, to) = page.span().unwrap_or_default();
                out.push_str(page.body.get(from..to).unwrap_or_default());
            }
        }
        out.push(']');
    }

    /// The bodies with the rows: the slices from [`iter`](Rows::iter) stay valid in them.
    pub fn into_pages(self) -> Vec<String> {
        let mut bodies = Vec::new();
        for page in self.pages {
            bodies.push(page.body);
        }
        bodies
    }

    /// The rows as separate texts, from the last to the first: the body is truncated after each
    /// row, so that earlier rows can reuse its memory and no large page exists twice.
    pub fn into_texts(self) -> Vec<String> {
        let mut texts = Vec::with_capacity(self.len());
        for Page { mut body, rows } in self.pages.into_iter().rev() {
            for (from, to) in rows.into_iter().rev() {
                texts.push(body.get(from..to).unwrap_or_default().into());
                body.truncate(from);
                if body.capacity() - from > LET_GO {
                    body.shrink_to_fit();
                }
            }
        }
        texts.reverse();
        texts
    }
}

/// The step in which a body is released, in bytes.
const LET_GO: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Answer {
        Answer { status: 200, headers: Vec::new(), body: body.into() }
    }

    #[test]
    fn keeps_rows_unchanged_and_stops_at_the_limit() {
        let mut rows = Rows::default();
        let page = "{\"@odata.context\":\"x\",\"value\":[{\"a\": 1},{\"a\":2.50}],\"@odata.nextLink\":\"n\"}";
        assert_eq!(rows.add(answer(page), 3).unwrap().as_deref(), Some("n"));
        let next = page.replace("{\"a\": 1}", "{\"a\": 3}");
        assert_eq!(rows.add(answer(&next), 3).unwrap().as_deref(), Some("n"));
        assert_eq!(rows.iter().collect::<Vec<_>>(), ["{\"a\": 1}", "{\"a\":2.50}", "{\"a\": 3}"]);
        assert_eq!(rows.into_texts(), ["{\"a\": 1}", "{\"a\":2.50}", "{\"a\": 3}"]);
    }

    #[test]
    fn makes_texts_of_large_pages_in_order() {
        let row = |at: usize| alloc::format!("{{\"a\":\"{}{at}\"}}", "x".repeat(1_000 * (at % 9)));
        let page = |rows: core::ops::Range<usize>| {
            let rows: Vec<String> = rows.map(row).collect();
            answer(&alloc::format!("{{\"value\":[{}]}}", rows.join(" , ")))
        };
        let mut rows = Rows::default();
        assert!(rows.add(page(0..100), 150).is_ok() && rows.add(page(100..200), 150).is_ok());
        assert!(rows.into_texts().into_iter().eq((0..150).map(row)));
    }

    #[test]
    fn refuses_the_rows_of_an_earlier_page() {
        let mut rows = Rows::default();
        let page = |row| answer(&std::format!("{{\"value\":[{{\"a\":{row}}},{{\"a\":9}}]}}"));
        assert!(rows.add(page(1), 9).is_ok() && rows.add(page(2), 9).is_ok());
        assert!(rows.add(answer("{\"value\":[]}"), 9).is_ok());
        assert!(rows.add(answer("{\"value\":[]}"), 9).is_ok());
        assert!(rows.add(page(1), 9).is_err());
    }

    #[test]
    fn makes_an_array_of_one_page_and_of_several() {
        let page = "{\"@odata.context\":\"https://é\",\"value\":[{\"a\":1}, {\"a\":2},{\"a\":3}]}";
        for (pages, limit, before, array) in [
            (0, 9, "", "[]"),
            (1, 9, "{\"x\":", "[{\"a\":1}, {\"a\":2},{\"a\":3}]"),
            (1, 1, "", "[{\"a\":1}]"),
            (1, 2, &"x".repeat(99), "[{\"a\":1}, {\"a\":2}]"),
            (2, 4, "é", "[{\"a\":1}, {\"a\":2},{\"a\":3},{\"a\":4}]"),
        ] {
            let mut rows = Rows::default();
            for page in [page, &page.replace(":1}", ":4}")].into_iter().take(pages) {
                rows.add(answer(page), limit).unwrap();
            }
            let mut out = String::from(before);
            rows.push_array(&mut out);
            assert_eq!(out, alloc::format!("{before}{array}"));
        }
    }

    #[test]
    fn refuses_other_bodies_than_collections() {
        for body in
            ["", "{}", "[]", "{\"value\":{}}", "{\"value\":[1]}", "{\"value\":[{]}", "\u{feff}"]
        {
            assert!(Rows::default().add(answer(body), 9).is_err(), "{body}");
        }
    }
}
