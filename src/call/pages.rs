//! A collection, read page by page.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::Call;
use super::attempts::too_large;
use super::send::SERVICE_ROOT;
use crate::contract::FailureKind;
use crate::dataverse::request::URL_LIMIT;
use crate::dataverse::{Request, Rows};
use crate::error::Error;
use crate::http::{BODY_LIMIT, follow};
use crate::retry::BUDGET;
use crate::text::percent::push_percent;
use crate::text::{bounded, counted, filled, find, take_until};

/// The maximum number of pages for one list.
pub const PAGES: usize = 500;

impl Call<'_> {
    /// Sends a request for a collection, follows its pages and returns at most this many rows.
    ///
    /// # Errors
    ///
    /// Those of [`Call::ask`]; `report` for pages that never end, repeat, lead to another origin or
    /// are not collections; `wait` if the [`BUDGET`] is spent before the last page.
    pub fn rows(&mut self, request: Request, limit: usize) -> Result<Rows, Error> {
        let mut rows = Rows::default();
        let mut page = request;
        let mut asked = Vec::new();
        for _ in 0..PAGES {
            let answer = self.ask(&page)?;
            let link = rows.add(answer, limit)?;
            let Some(link) = link.filter(|_| rows.len() < limit) else { return Ok(rows) };
            if rows.bytes() > BODY_LIMIT {
                return Err(too_large());
            }
            let next = self.continuation(&link)?;
            let next = next.strip_prefix(SERVICE_ROOT).unwrap_or(&next).to_owned();
            let spent = self.spent();
            if spent > BUDGET {
                return Err(Error::new(
                    FailureKind::Wait,
                    filled!(
                        "Dynamics 365 is slow: {} rows came in {} seconds, and there are more; ask for less",
                        &[&counted(rows.len()), &counted(spent as usize / 1_000)],
                    ),
                ));
            }
            asked.push(core::mem::replace(&mut page.resource, next));
            if asked.contains(&page.resource) {
                return Err(Error::report(
                    "Dynamics 365 answered with a next page that is the same page again",
                ));
            }
        }
        Err(Error::report(filled!(
            "Dynamics 365 answered with more than {} pages",
            &[&counted(PAGES)],
        )))
    }

    /// The path of a next link, unchanged except for characters that are invalid in a URL.
    fn continuation(&mut self, link: &str) -> Result<String, Error> {
        let instance = self.instance()?;
        let (origin, path) = follow(link, SERVICE_ROOT).map_err(not_followed)?;
        if let Some(origin) = origin.filter(|origin| !instance.is_at(origin)) {
            return Err(not_followed(&filled!("leads to `{}`", &[&bounded(&origin.url(), 100)])));
        }
        let lower = take_until(&path, "?").to_ascii_lowercase();
        // Dot segments, which a server on the path may resolve, lead out of it.
        if !lower.starts_with("/api/data/")
            || find(&lower, "..").is_some()
            || find(&lower, "%2e").is_some()
        {
            return Err(not_followed("leads out of the Web API"));
        }
        let mut clean = String::with_capacity(path.len());
        for byte in path.bytes() {
            match byte {
                b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#' => {
                    push_percent(&mut clean, byte)
                }
                b'!'..=b'~' => clean.push(byte.into()),
                _ => push_percent(&mut clean, byte),
            }
        }
        if instance.origin.url().len() + clean.len() > URL_LIMIT {
            return Err(not_followed(&filled!(
                "makes a URL longer than the {} bytes that it takes",
                &[&counted(URL_LIMIT)],
            )));
        }
        Ok(clean)
    }
}

/// The failure for a wrong next link.
fn not_followed(why: &str) -> Error {
    Error::report(filled!(
        "Dynamics 365 answered with a link to the next page that {}, which is not followed",
        &[why],
    ))
}
