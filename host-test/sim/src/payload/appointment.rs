//! The rules of appointments: parties, times, and the closed state.

use super::Payload;
use crate::cell::Cell;
use crate::party::fill_address;
use crate::problem::Problem;
use crate::schema::Table;
use crate::session::Session;
use crate::store::{Cells, Row};

const ORGANIZER: i64 = 7;
const REGARDING: i64 = 8;
const OWNER: i64 = 9;

/// Refuses an end before the start, if [`crate::RecordSettings::refuse_end_before_start`] says so.
pub(super) fn check_times(
    session: &Session<'_>,
    table: &Table,
    row: Option<&Row>,
    payload: &Payload,
) -> Result<(), Problem> {
    let given = ["scheduledstart", "scheduledend"].map(|name| payload.get(name));
    if given.iter().all(Option::is_none) {
        return Ok(());
    }
    // An update of one of them keeps the other from the row.
    let own = |name| row.map_or(Cell::NULL, |row| row.get(name));
    let [start, end] = given;
    match (start.unwrap_or(own("scheduledstart")), end.unwrap_or(own("scheduledend"))) {
        (Cell::Time(start), Cell::Time(end))
            if table.logical_name == "appointment"
                && session.settings.refuse_end_before_start
                && end < start =>
        {
            Err(Problem::invalid_argument())
        }
        _ => Ok(()),
    }
}

/// A party must have a participation type.
pub(super) fn check_party(target: &Table, party: &Payload) -> Result<(), Problem> {
    if target.logical_name != "activityparty" {
        return Ok(());
    }
    match party.get("participationtypemask").and_then(Cell::number) {
        // A wrong number is refused as for any choice; a missing one has no default (inferred).
        None => Err(Problem::party_mask_not_found("0")),
        Some(_) => Ok(()),
    }
}

/// Refuses an update of a closed appointment that does not set `statecode`, if
/// [`crate::RecordSettings::closed_appointments_are_read_only`] says so.
pub(super) fn check_open(
    session: &Session<'_>,
    table: &Table,
    row: &Row,
    payload: &Payload,
) -> Result<(), Problem> {
    let closed = matches!(row.get("statecode").number(), Some(1 | 2));
    let reopens = payload.get("statecode").is_some();
    if table.logical_name == "appointment"
        && session.settings.closed_appointments_are_read_only
        && closed
        && !reopens
    {
        let settings = session.settings;
        let status = settings.closed_appointment_status;
        return Err(Problem::closed_activity(status, &settings.closed_appointment_code));
    }
    Ok(())
}

/// Adds the server's own parties: the organizer (inferred), the owner and the regarding row (live).
pub(super) fn add_parties(session: &mut Session<'_>, table: &Table, id: uuid::Uuid) {
    if table.logical_name != "appointment" {
        return;
    }
    let Some(appointment) = session.rows.row("appointment", id) else { return };
    let wanted: Vec<(i64, Cell)> = [
        (ORGANIZER, appointment.get("_ownerid_value").clone()),
        (REGARDING, appointment.get("_regardingobjectid_value").clone()),
        (OWNER, appointment.get("_ownerid_value").clone()),
    ]
    .into();
    let times = ["scheduledstart", "scheduledend"].map(|name| appointment.get(name).clone());
    let owner = appointment.get("_ownerid_value").clone();
    let mut present: Vec<(uuid::Uuid, i64, Cell)> = Vec::new();
    for party in session.rows.referring("activityparty", "_activityid_value", id) {
        let mask = party.get("participationtypemask").number().unwrap_or_default();
        present.push((party.id(), mask, party.get("_partyid_value").clone()));
    }
    let added = if session.settings.server_adds_parties { wanted } else { Vec::new() };
    for (mask, party) in added {
        let own: Vec<_> = present.iter().filter(|(_, own, _)| *own == mask).collect();
        // The caller's organizer stays.
        if own.iter().any(|(_, _, own)| *own == party) || (mask == ORGANIZER && !own.is_empty()) {
            continue;
        }
        for (stale, _, _) in own {
            session.rows.remove("activityparty", *stale);
        }
        if party.is_null() {
            continue;
        }
        let key = session.ids.next();
        let mut cells = Cells::new();
        cells.insert("activitypartyid".into(), Cell::Guid(key));
        cells.insert("_activityid_value".into(), Cell::reference("appointment", id));
        cells.insert("_partyid_value".into(), party);
        cells.insert("participationtypemask".into(), Cell::Number(mask));
        session.rows.put("activityparty", Row::new(key, Default::default(), cells));
    }
    finish_parties(session, id, &owner, &times);
}

/// Copies the values that every party has from its appointment.
fn finish_parties(session: &mut Session<'_>, id: uuid::Uuid, owner: &Cell, times: &[Cell; 2]) {
    let parties: Vec<Row> =
        session.rows.referring("activityparty", "_activityid_value", id).cloned().collect();
    for mut party in parties {
        party.set("_ownerid_value", owner.clone());
        for (name, time) in ["scheduledstart", "scheduledend"].iter().zip(times) {
            party.set(*name, time.clone());
        }
        for name in ["donotemail", "donotfax", "donotphone", "donotpostalmail", "ispartydeleted"] {
            if party.get(name).is_null() {
                party.set(name, Cell::Bool(false));
            }
        }
        if party.get("instancetypecode").is_null() {
            party.set("instancetypecode", Cell::Number(0));
        }
        fill_address(session.rows, &mut party);
        session.rows.put("activityparty", party);
    }
}
