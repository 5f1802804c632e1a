//! `GET accounts`, `GET accounts/$count`, and the same for a collection inside a row.

use uuid::Uuid;

use super::Request;
use crate::cell::Cell;
use crate::exchange::{Body, Reply};
use crate::navigate::children;
use crate::paging;
use crate::prefer::LARGEST_PAGE;
use crate::problem::Problem;
use crate::query::apply::Apply;
use crate::query::expand::{Expand, context};
use crate::query::filter;
use crate::query::orderby::OrderBy;
use crate::query::select::Select;
use crate::record_settings::{NextLinks, TopWithPageSize};
use crate::schema::{Navigation, Table};
use crate::session::Session;
use crate::store::Row;
use crate::wire::Shape;

/// The scope of a list.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    /// All rows of the table.
    Set,
    /// The rows of a collection of the row with this key.
    Collection(&'a Navigation, Uuid),
}

/// A row and its sort values.
type Placed<'a> = (Vec<Cell>, &'a Row);

/// `GET accounts`
pub(super) fn set(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
) -> Result<Reply, Problem> {
    rows(session, request, table, Scope::Set)
}

/// `GET accounts/$count`: a number, at most 5000 ([count
/// rows](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/count-rows)).
pub(super) fn count(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
) -> Result<Reply, Problem> {
    count_in(session, request, table, Scope::Set)
}

/// The number of rows in a scope.
pub(super) fn count_in(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
    scope: Scope<'_>,
) -> Result<Reply, Problem> {
    request.options.only(&["$filter"], "$count")?;
    let number = matching(session, request, table, scope)?.len().min(LARGEST_PAGE);
    let reply = Reply::written(number.to_string().into_bytes());
    Ok(reply.with("Content-Type", "text/plain"))
}

/// The rows in a scope, one page of them.
pub(super) fn rows(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
    scope: Scope<'_>,
) -> Result<Reply, Problem> {
    if request.preferences.track_changes {
        return Err(Problem::not_modelled("The preference 'odata.track-changes'"));
    }
    if request.options.get("$apply").is_some() {
        return aggregated(session, request, table, scope);
    }
    let options = &request.options;
    let select = Select::read(options.get("$select"), table)?;
    let mut orderby = OrderBy::read(options.get("$orderby"), table)?;
    orderby.nulls_last = session.settings.nulls_come_last;
    let expands = Expand::read(options.get("$expand"), table, session.around(options))?;
    let counted = options.count()?;
    let (most, linked) = limit(session, request)?;

    let found = matching(session, request, table, scope)?;
    let total = found.len();
    let mut placed: Vec<Placed<'_>> = found
        .into_iter()
        .map(|row| (orderby.values(row, session.schema, session.rows), row))
        .collect();
    if !orderby.keys.is_empty() {
        placed.sort_by(|a, b| orderby.compare((&a.0, a.1.id()), (&b.0, b.1.id())));
    }
    let mut page = 1;
    if let Some(token) = options.get("$skiptoken") {
        let position = paging::read(token, &orderby, table)?;
        page = position.page;
        placed.retain(|(values, row)| {
            orderby.compare((values, row.id()), (&position.values, position.id)).is_gt()
        });
    }
    let more = placed.len() > most && linked;
    placed.truncate(most);

    let mut writer = request.writer(session);
    writer.json.open(b'{');
    writer.context(&match context(&select, &expands) {
        Some(inner) => format!("{}({inner})", table.set_name),
        None => table.set_name.clone(),
    });
    totals(&mut writer, request, counted.then_some(total));
    writer.json.key(&["value"]);
    writer.json.open(b'[');
    for (_, row) in &placed {
        writer.row(
            table,
            row,
            Shape { select: &select, expands: &expands, etag: true, besides: None },
        );
    }
    writer.json.close(b']');
    if let (true, Some(first), Some(last)) = (more, placed.first(), placed.last()) {
        let ends = ((first.0.as_slice(), first.1.id()), (last.0.as_slice(), last.1.id()));
        let token = paging::token(page, &orderby, table, ends.0, ends.1);
        writer.json.key(&["@odata.nextLink"]);
        writer.json.text(&next_link(request, &token, session.settings.next_links));
    }
    writer.json.close(b'}');
    let reply = Reply::written(writer.json.into_bytes());
    Ok(request.applied(reply, linked, false))
}

/// The number of rows on a page, and whether another page may follow.
fn limit(session: &Session<'_>, request: &Request<'_>) -> Result<(usize, bool), Problem> {
    let size = request.preferences.page_size;
    Ok(match (request.options.top()?, size) {
        (None, size) => (size.unwrap_or(LARGEST_PAGE), true),
        (Some(top), None) => (top.min(LARGEST_PAGE), false),
        (Some(top), Some(size)) => match session.settings.top_with_page_size {
            TopWithPageSize::TopIsIgnored => (size, true),
            TopWithPageSize::PageSizeIsIgnored => (top.min(LARGEST_PAGE), false),
            TopWithPageSize::Refused => {
                return Err(Problem::not_modelled(
                    "`$top` together with 'odata.maxpagesize' (a setting)",
                ));
            }
        },
    })
}

/// The rows that match `$filter`, in the order of their keys.
fn matching<'s>(
    session: &'s Session<'_>,
    request: &Request<'_>,
    table: &Table,
    scope: Scope<'s>,
) -> Result<Vec<&'s Row>, Problem> {
    let options = &request.options;
    let text = options.get("$filter");
    let condition =
        text.map(|text| filter::read(text, table, session.around(options))).transpose()?;
    let meets = |row: &&Row| session.meets(condition.as_ref(), row);
    Ok(match scope {
        Scope::Set => session.rows.rows(&table.logical_name).filter(meets).collect(),
        Scope::Collection(navigation, owner) => {
            children(session.rows, navigation, owner).filter(meets).collect()
        }
    })
}

/// `@odata.count`, and the requested annotations of the collection.
fn totals(writer: &mut crate::wire::Writer<'_>, request: &Request<'_>, total: Option<usize>) {
    let capped = total.map(|total| total.min(LARGEST_PAGE));
    if let Some(capped) = capped {
        writer.json.key(&["@odata.count"]);
        writer.json.bare(capped);
    }
    let annotations = &request.preferences.annotations;
    if annotations.include("Microsoft.Dynamics.CRM.totalrecordcount") {
        writer.json.key(&["@Microsoft.Dynamics.CRM.totalrecordcount"]);
        match capped {
            Some(capped) => writer.json.bare(capped),
            None => writer.json.bare(-1),
        }
    }
    if annotations.include("Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded") {
        writer.json.key(&["@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded"]);
        writer.json.bare(total.is_some_and(|total| total > LARGEST_PAGE));
    }
    if annotations.include("Microsoft.Dynamics.CRM.globalmetadataversion") {
        writer.json.key(&["@Microsoft.Dynamics.CRM.globalmetadataversion"]);
        writer.json.text("1234567");
    }
}

/// The request's own URL, with another `$skiptoken`.
fn next_link(request: &Request<'_>, token: &str, spelling: NextLinks) -> String {
    let exchange = request.exchange;
    let own = exchange.query.split('&').filter(|option| {
        let name = option.split('=').next().unwrap_or_default();
        !option.is_empty() && !name.to_ascii_lowercase().replace("%24", "$").eq("$skiptoken")
    });
    let options: Vec<String> =
        own.map(str::to_owned).chain([format!("$skiptoken={token}")]).collect();
    let root = match spelling {
        NextLinks::AsAsked => exchange.service_root(),
        NextLinks::OtherSpelling => other_spelling(&exchange.service_root()),
    };
    format!("{root}{}?{}", exchange.resource, options.join("&"))
}

/// `org.api.crm.…` for `org.crm.…`, and vice versa; any other host stays unchanged.
fn other_spelling(root: &str) -> String {
    if root.contains(".api.crm") {
        root.replacen(".api.crm", ".crm", 1)
    } else {
        root.replacen(".crm", ".api.crm", 1)
    }
}

/// `$apply`: distinct values and totals, on one page.
fn aggregated(
    session: &Session<'_>,
    request: &Request<'_>,
    table: &Table,
    scope: Scope<'_>,
) -> Result<Reply, Problem> {
    let options = &request.options;
    if options.get("$orderby").is_some() {
        // Documented for aggregated values. Ordering by a grouped column may work but is not
        // modelled.
        return Err(Problem::bad_url(
            "The query node SingleValueOpenPropertyAccess is not supported",
        ));
    }
    if let Some(other) = ["$select", "$filter", "$top", "$expand", "$count", "$skiptoken"]
        .iter()
        .find(|name| options.get(name).is_some())
    {
        return Err(Problem::not_modelled(&format!("`$apply` together with '{other}'")));
    }
    let text = options.get("$apply").unwrap_or_default();
    let apply = Apply::read(text, table, session.around(options))?;
    let rows = matching(session, request, table, scope)?;
    let answers = apply.answers(rows.into_iter(), session.asker())?;
    let mut writer = request.writer(session);
    writer.json.open(b'{');
    writer.context(&table.set_name);
    totals(&mut writer, request, None);
    writer.json.key(&["value"]);
    writer.json.open(b'[');
    for answer in &answers {
        writer.answer(table, answer);
    }
    writer.json.close(b']');
    writer.json.close(b'}');
    let reply = Reply::written(writer.json.into_bytes());
    Ok(request.applied(reply, false, false))
}

/// A reply of plain text.
pub(super) fn plain(text: String) -> Reply {
    let mut reply = Reply::no_content().with("Content-Type", "text/plain");
    reply.status = http::StatusCode::OK;
    reply.body = Some(Body::Text(text.into_bytes()));
    reply
}
