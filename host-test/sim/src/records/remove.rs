//! `DELETE accounts(…)`.

use uuid::Uuid;

use super::Request;
use crate::cell::Cell;
use crate::exchange::Reply;
use crate::problem::Problem;
use crate::schema::Table;
use crate::session::Session;
use crate::store::Row;

/// `DELETE accounts(…)`: removes the row and its parties, and empties the lookups that refer to it.
/// A real relationship may cascade or restrict instead, which is not modelled.
pub(super) fn row(
    session: &mut Session<'_>,
    request: &Request<'_>,
    table: &Table,
    id: Uuid,
) -> Result<Reply, Problem> {
    request.row(session, table, id)?;
    session.rows.remove(&table.logical_name, id);
    for (owner, column) in session.schema.lookups_to(&table.logical_name) {
        let holders: Vec<Row> = session.rows.referring(owner, column, id).cloned().collect();
        for mut holder in holders {
            if owner == "activityparty" {
                session.rows.remove(owner, holder.id());
            } else {
                holder.set(column.to_owned(), Cell::Null);
                session.rows.put(owner, holder);
            }
        }
    }
    Ok(Reply::no_content())
}
