//! `$skiptoken`: the end of a page, in Dataverse's form ([page
//! results](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/page-results)).
//!
//! A token names the row to continue after, not a number of rows to skip: rows added or removed
//! between two pages neither repeat nor hide others.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use uuid::Uuid;

use crate::cell::Cell;
use crate::problem::Problem;
use crate::query::encode::url_text;
use crate::query::filter::{day, moment};
use crate::query::orderby::OrderBy;
use crate::schema::{ColumnType, Table};

/// The characters that are encoded inside the cookie, without `-`, `_` and `.`.
const COOKIE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Where to continue.
#[derive(Debug, PartialEq)]
pub(crate) struct Position {
    /// The number of the next page.
    pub(crate) page: usize,
    /// The sort values of the previous page's last row.
    pub(crate) values: Vec<Cell>,
    /// That row's key.
    pub(crate) id: Uuid,
}

/// The token after a page, ready for a URL; `first` and `last` are the sort values and keys of its
/// first and last row.
pub(crate) fn token(
    page: usize,
    orderby: &OrderBy,
    table: &Table,
    first: (&[Cell], Uuid),
    last: (&[Cell], Uuid),
) -> String {
    let mut cookie = format!("<cookie page=\"{page}\">");
    for (key, (first, last)) in orderby.keys.iter().zip(first.0.iter().zip(last.0)) {
        cookie += &format!(
            "<{} {} {} />",
            key.column,
            attribute("last", last),
            attribute("first", first)
        );
    }
    let braced = |id: Uuid| format!("{{{}}}", id.to_string().to_uppercase());
    cookie += &format!(
        "<{} last=\"{}\" first=\"{}\" /></cookie>",
        table.primary_id,
        braced(last.1),
        braced(first.1)
    );
    // Lower-case hexadecimal inside, upper-case outside (live).
    let cookie = lower_hex(&utf8_percent_encode(&cookie, COOKIE).to_string());
    let token = format!(
        "<cookie pagenumber=\"{}\" pagingcookie=\"{cookie}\" istracking=\"False\" />",
        page + 1
    );
    url_text(&token)
}

/// Reads a decoded token.
pub(crate) fn read(token: &str, orderby: &OrderBy, table: &Table) -> Result<Position, Problem> {
    parse(token, orderby, table).ok_or_else(|| {
        // The text is not documented; this one is common (unverified).
        Problem::bad_url("Malformed XML in the Paging Cookie")
    })
}

fn parse(token: &str, orderby: &OrderBy, table: &Table) -> Option<Position> {
    let rest = token.trim().strip_prefix("<cookie pagenumber=\"")?;
    let (page, rest) = rest.split_once("\" pagingcookie=\"")?;
    let (cookie, rest) = rest.split_once('"')?;
    (rest == " istracking=\"False\" />").then_some(())?;
    let page: usize = page.parse().ok()?;
    let cookie = percent_decode_str(cookie).decode_utf8().ok()?;
    let inner = cookie.strip_prefix("<cookie page=\"")?.strip_suffix("</cookie>")?;
    let (before, mut rest) = inner.split_once("\">")?;
    (before.parse::<usize>().ok()? + 1 == page).then_some(())?;
    let mut values = Vec::new();
    for key in &orderby.keys {
        let text;
        (text, rest) = element(rest, &key.column)?;
        values.push(match text {
            Some(text) => cell(&text, &table.columns.get(&key.column)?.kind)?,
            None => Cell::Null,
        });
    }
    let (id, rest) = element(rest, &table.primary_id)?;
    let id = id?;
    let id = id.strip_prefix('{')?.strip_suffix('}')?.parse().ok()?;
    rest.is_empty().then_some(Position { page, values, id })
}

/// `last="…"`, or `lastnull="1"`.
fn attribute(name: &str, cell: &Cell) -> String {
    if cell.is_null() {
        return format!("{name}null=\"1\"");
    }
    let text = cell.plain().replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    format!("{name}=\"{text}\"")
}

/// The `last` of the element at the start of the text, and the rest after the element.
fn element<'t>(text: &'t str, name: &str) -> Option<(Option<String>, &'t str)> {
    let (own, rest) = text.strip_prefix('<')?.strip_prefix(name)?.split_once(" />")?;
    let own = own.strip_prefix(' ')?;
    if own.starts_with("lastnull=\"1\" ") {
        return Some((None, rest));
    }
    let (value, _) = own.strip_prefix("last=\"")?.split_once('"')?;
    let value = value.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&");
    Some((Some(value), rest))
}

fn cell(text: &str, kind: &ColumnType) -> Option<Cell> {
    Some(match kind {
        ColumnType::Guid => Cell::Guid(text.parse().ok()?),
        // Lookups sort by name.
        ColumnType::Text
        | ColumnType::Memo
        | ColumnType::MultiChoice
        | ColumnType::Binary
        | ColumnType::Lookup(_) => Cell::from(text.to_owned()),
        ColumnType::Boolean => Cell::Bool(text.parse().ok()?),
        ColumnType::Decimal | ColumnType::Money => Cell::Decimal(text.parse().ok()?),
        ColumnType::Double => Cell::Double(text.parse().ok()?),
        ColumnType::Date => Cell::Date(day(text)?),
        ColumnType::DateTime => Cell::Time(moment(text)?),
        _ => Cell::Number(text.parse().ok()?),
    })
}

/// Lower-cases the hexadecimal digits of an encoded text.
fn lower_hex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hex = 0;
    for c in text.chars() {
        out.push(if hex > 0 { c.to_ascii_lowercase() } else { c });
        hex = if c == '%' { 2 } else { hex - i32::from(hex > 0) };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;

    const FIRST: &str = "78914942-34cb-ed11-b596-0022481d68cd";
    const LAST: &str = "7a914942-34cb-ed11-b596-0022481d68cd";

    fn decoded(token: &str) -> String {
        percent_decode_str(token).decode_utf8().unwrap().into_owned()
    }

    #[test]
    fn a_token_is_written_as_documented() {
        let schema = Schema::stock();
        let (first, last) = (FIRST.parse().unwrap(), LAST.parse().unwrap());
        assert_eq!(
            token(1, &OrderBy::default(), &schema.tables["account"], (&[], first), (&[], last)),
            "%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253ccookie%2520page%253d%25221%2522%253e\
             %253caccountid%2520last%253d%2522%257b7A914942-34CB-ED11-B596-0022481D68CD%257d%2522%2520first\
             %253d%2522%257b78914942-34CB-ED11-B596-0022481D68CD%257d%2522%2520%252f%253e%253c%252fcookie\
             %253e%22%20istracking=%22False%22%20/%3E"
        );
    }

    #[test]
    fn a_token_with_any_values_is_read_back() {
        let schema = Schema::stock();
        let account = &schema.tables["account"];
        let orderby = OrderBy::read(Some("name desc,revenue,createdon"), account).unwrap();
        let values = vec![
            Cell::from("<O'Brien> & \"Söhne\"".to_owned()),
            Cell::Null,
            Cell::Time(1_000_000_000),
        ];
        let (first, last) = (FIRST.parse().unwrap(), LAST.parse().unwrap());
        let token = token(7, &orderby, account, (&values, first), (&values, last));
        let read = read(&decoded(&token), &orderby, account).unwrap();
        assert_eq!(read, Position { page: 8, values, id: last });
    }

    #[test]
    fn refuses_a_token_that_was_tampered_with() {
        let schema = Schema::stock();
        let account = &schema.tables["account"];
        let none = OrderBy::default();
        let id = FIRST.parse().unwrap();
        let good = decoded(&token(1, &none, account, (&[], id), (&[], id)));
        let by_name = OrderBy::read(Some("name"), account).unwrap();
        assert!(read(&good, &none, account).is_ok());
        for bad in [
            good.replace("pagenumber=\"2\"", "pagenumber=\"3\""),
            good.replace("accountid", "contactid"),
            good.replace("%7b", ""),
            String::new(),
        ] {
            assert_eq!(read(&bad, &none, account).unwrap_err().status, 400, "{bad}");
        }
        assert!(read(&good, &by_name, account).is_err());
    }
}
