//! The write of an update: applied once or known to be not applied, and never over someone else's
//! change.

use alloc::string::String;
use alloc::vec::Vec;

use crate::actions::differing::differing;
use crate::call::Call;
use crate::contract::FailureKind;
use crate::dataverse::answer::required;
use crate::dataverse::request::row;
use crate::dataverse::{Answer, Guid, Request};
use crate::error::Error;
use crate::json::Json;
use crate::text::filled;
use crate::time::Moment;

/// The member with a row's etag.
pub(super) const ANY: &str = "*";

/// Writes these columns to the row with this etag.
pub(super) fn change(
    call: &mut Call<'_>,
    id: &Guid,
    etag: String,
    written: &str,
    category: Option<&str>,
) -> Result<(), Error> {
    attempt(call, id, etag, written, category).map_err(|failure| {
        let words = filled!(
            "the change may have been made all the same: read the appointment (list_appointments with the filter \
             `activityid eq {}`) before you repeat it",
            &[id.as_str()],
        );
        failure.of_write(Some(id.as_str()), &words)
    })
}

fn attempt(
    call: &mut Call<'_>,
    id: &Guid,
    mut etag: String,
    written: &str,
    category: Option<&str>,
) -> Result<(), Error> {
    let began = call.now();
    let mut failed = 0;
    loop {
        let request = Request::update("appointments", id, &etag, written.into());
        let mut failure = match call.ask(&request).and_then(confirmed) {
            Ok(()) => return Ok(()),
            // The row differs from the one that was read, perhaps because of an earlier, throttled
            // attempt.
            Err(failure) if failure.kind == FailureKind::ReadAgain && call.repeated() => {
                failure.perhaps_applied()
            }
            Err(failure) if failed == 0 && !failure.may_have_been_applied => {
                return Err(match failure.status {
                    Some(400 | 405) => of_a_closed_one(call, id, failure),
                    _ => failure,
                });
            }
            Err(failure) => failure.perhaps_applied(),
        };
        failed += 1;
        match look(call, id, written, category, began) {
            Some(Seen::Written) => return Ok(()),
            Some(Seen::Touched(now)) if now != etag => {
                failure.kind = FailureKind::ReadAgain;
                failure.message.push_str(
                    "; the appointment was changed by somebody else meanwhile, so the change was not repeated",
                );
                return Err(failure);
            }
            // Only over the state that was read.
            Some(Seen::Untouched(now)) if etag == ANY => etag = now,
            Some(_) => {}
            None => return Err(failure),
        }
        let may_help = failure.kind == FailureKind::Wait;
        if !(may_help && call.again(failed, failure.retry_after_seconds)) {
            return Err(failure);
        }
    }
}

/// Whether a response confirms the update: without content, or with the row.
fn confirmed(answer: Answer) -> Result<(), Error> {
    let has_row = || answer.json().is_ok_and(|row| row.text("activityid").is_some());
    if answer.status == 204 || has_row() { Ok(()) } else { Err(answer.unconfirmed()) }
}

/// The state of the row after an attempt with an unknown outcome.
enum Seen {
    /// It has the new values.
    Written,
    /// It has other values and was written since the call started. This is its etag.
    Touched(String),
    /// It is unchanged since before the call. This is its etag.
    Untouched(String),
}

fn look(
    call: &mut Call<'_>,
    id: &Guid,
    written: &str,
    category: Option<&str>,
    began: i64,
) -> Option<Seen> {
    let mut columns = Vec::from(["subject", "scheduledstart", "scheduledend", "modifiedon"]);
    if let Some(category) = category {
        columns.push(category);
    }
    let answer = call.ask(&Request::get(row("appointments", id)).select(&columns)).ok()?;
    let stored = answer.json().ok()?;
    if differing(stored, written).is_empty() {
        return Some(Seen::Written);
    }
    let etag = etag(&answer, stored).ok()?;
    let modified = stored.text("modifiedon").and_then(|text| Moment::parse(&text).ok())?;
    // The start of the call by the server's clock, which timestamps the rows; plus one second for
    // rounding.
    let now = call.now();
    let server = answer.header("date").and_then(Moment::parse_http);
    let began = began - now + server.unwrap_or(Moment(now)).0 - 1;
    Some(if modified.0 < began { Seen::Untouched(etag) } else { Seen::Touched(etag) })
}

/// The etag of a row, from its body or else from the header.
pub(super) fn etag(answer: &Answer, stored: Json<'_>) -> Result<String, Error> {
    match answer.header("etag") {
        Some(etag) if stored.text("@odata.etag").is_none() => Ok(etag.into()),
        _ => required(stored, "@odata.etag"),
    }
}

/// The refusal of an update, with the appointment's state if that is the reason. The status, code
/// and language of Dynamics 365's refusal vary; the state does not.
fn of_a_closed_one(call: &mut Call<'_>, id: &Guid, mut failure: Error) -> Error {
    let request = Request::get(row("appointments", id)).select(&["statecode"]);
    let Ok(answer) = call.ask(&request) else { return failure };
    let state = answer.json().ok().and_then(|row| row.member("statecode")?.integer());
    let state = match state {
        Some(1) => "completed",
        Some(2) => "canceled",
        _ => return failure,
    };
    failure.message = filled!(
        "the appointment is {} and takes no changes until it is reopened; {}",
        &[state, &failure.message],
    );
    failure
}

#[cfg(test)]
mod tests;
