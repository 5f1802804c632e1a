//! A collection, read page by page.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::Call;
use super::attempts::too_large;
use super::send::SERVICE_ROOT;
use crate::dataverse::{Request, Rows};
use crate::error::Error;
use crate::http::BODY_LIMIT;
use crate::text::percent::push_percent;
use crate::text::{counted, filled, find, take_until};

/// The most pages that are read for one list.
pub const PAGES: usize = 500;

impl Call<'_> {
    /// Sends a request for a collection, follows its pages and gives at most so many rows.
    ///
    /// # Errors
    ///
    /// Those of [`Call::ask`]; `report` for pages that do not end or come again, that lead to another host or that are no
    /// collections.
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

    /// The path of a next link, as it is but for what no URL may hold.
    fn continuation(&mut self, link: &str) -> Result<String, Error> {
        let path = self
            .instance()?
            .origin
            .path_of(link, SERVICE_ROOT)
            .filter(|path| {
                // Segments of dots, which somebody on the way resolves, lead out of it.
                let path = take_until(path, "?").to_ascii_lowercase();
                path.starts_with("/api/data/")
                    && find(&path, "..").is_none()
                    && find(&path, "%2e").is_none()
            })
            .ok_or_else(|| {
                Error::report(
                    "Dynamics 365 answered with a next page on another host, which is not followed",
                )
            })?;
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
        Ok(clean)
    }
}
