//! The web page at `/`, which introduces the simulator.

use std::fmt::Write as _;

use bytes::Bytes;
use http::Response;

use super::{ENDPOINTS, whole};
use crate::dataverse::Dataverse;

const PAGE: &str = include_str!("page.html");

/// The page, with today's tables.
pub(super) fn answer(dataverse: &Dataverse) -> Response<Bytes> {
    let mut tables = String::new();
    for table in dataverse.world.schema.tables.values() {
        let (set, rows) = (plain(&table.set_name), dataverse.world.count(&table.logical_name));
        let name = plain(&table.logical_name);
        let _ = writeln!(
            tables,
            "<tr><td><code>{set}</code></td><td><a href=\"/_sim/rows/{name}\">{rows}</a></td></tr>"
        );
    }
    let mut endpoints = String::new();
    for own in &ENDPOINTS {
        let (request, does) = (plain(own.request), plain(own.does));
        let _ = writeln!(endpoints, "<tr><td><code>{request}</code></td><td>{does}</td></tr>");
    }
    let page = PAGE.replace("{tables}", &tables).replace("{endpoints}", &endpoints);
    whole(page, "text/html; charset=utf-8")
}

/// Escapes text for HTML.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
