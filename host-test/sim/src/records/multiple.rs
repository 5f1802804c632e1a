//! `POST accounts/Microsoft.Dynamics.CRM.CreateMultiple` and `…UpdateMultiple`: many rows at once,
//! all or nothing ([bulk
//! operations](https://learn.microsoft.com/power-apps/developer/data-platform/bulk-operations)).

use serde_json::json;
use uuid::Uuid;

use super::{Request, update};
use crate::exchange::Reply;
use crate::payload::{Member, Payload, Use, insert};
use crate::problem::Problem;
use crate::schema::Table;
use crate::session::Session;

/// One of the two actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Multiple {
    /// `CreateMultiple`
    Create,
    /// `UpdateMultiple`
    Update,
}

impl Multiple {
    /// The action of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.strip_prefix("Microsoft.Dynamics.CRM.")? {
            "CreateMultiple" => Some(Multiple::Create),
            "UpdateMultiple" => Some(Multiple::Update),
            _ => None,
        }
    }
}

/// Runs the action. Answers 200 with the keys of the new rows, or 204.
pub(super) fn act(
    session: &mut Session<'_>,
    request: &Request<'_>,
    table: &Table,
    action: Multiple,
) -> Result<Reply, Problem> {
    request.options.only(&[], "an action")?;
    let members = Payload::members(request.exchange, table)?;
    let targets = members.iter().find(|member| member.name == "Targets");
    // The texts for any other body are not documented (inferred).
    let targets = targets.ok_or_else(|| {
        Problem::bad_payload(&table.set_name, "The parameter 'Targets' is missing.")
    })?;
    let targets = Payload::items(targets, table)?;
    let before = session.rows.clone();
    match all(session, table, targets, action) {
        Ok(ids) if action == Multiple::Create => {
            let root = request.exchange.service_root();
            let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
            Ok(Reply::ok(json!({
                "@odata.context": format!("{root}$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse"),
                "Ids": ids,
            })))
        }
        Ok(_) => Ok(Reply::no_content()),
        Err(refusal) => {
            *session.rows = before;
            Err(refusal)
        }
    }
}

fn all(
    session: &mut Session<'_>,
    table: &Table,
    targets: Vec<Vec<Member>>,
    action: Multiple,
) -> Result<Vec<Uuid>, Problem> {
    targets.into_iter().map(|members| one(session, table, members, action)).collect()
}

fn one(
    session: &mut Session<'_>,
    table: &Table,
    members: Vec<Member>,
    action: Multiple,
) -> Result<Uuid, Problem> {
    // The parameter is a collection of an abstract type, so each item must name its own type (text:
    // inferred).
    if !members.iter().any(|member| member.name == "@odata.type") {
        let inner = "An item of 'Targets' has no '@odata.type'; the type of the collection, \
                     'Microsoft.Dynamics.CRM.crmbaseentity', is abstract.";
        return Err(Problem::bad_payload(&table.set_name, inner));
    }
    match action {
        Multiple::Create => {
            let payload = Payload::read(session, table, members, Use::Create)?;
            insert(session, table, None, payload)
        }
        Multiple::Update => {
            let payload = Payload::read(session, table, members, Use::Update)?;
            let id = payload.chosen_id(table).ok_or_else(Problem::invalid_argument)?;
            let row = session.rows.row(&table.logical_name, id).cloned();
            let row =
                row.ok_or_else(|| Problem::no_such_row(&table.logical_name, &id.to_string()))?;
            update::apply(session, table, row, payload)?;
            Ok(id)
        }
    }
}
