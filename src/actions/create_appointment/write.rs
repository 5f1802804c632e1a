//! The write of a new appointment, which is created once or not at all, whatever response gets
//! lost.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::actions::differing::differing;
use crate::call::Call;
use crate::contract::FailureKind;
use crate::dataverse::query::Filter;
use crate::dataverse::request::row;
use crate::dataverse::{Guid, Request};
use crate::error::Error;
use crate::json::Json;
use crate::text::{filled, find, join};
use crate::time::{CLOCK_SKEW, Moment};

/// A row to create.
pub(super) struct New {
    pub(super) id: Guid,
    /// Whether the id comes from a key, which other calls may share, or was chosen at random by
    /// this call.
    pub(super) has_key: bool,
    pub(super) subject: String,
    pub(super) account: Guid,
    /// The row to send.
    pub(super) body: String,
    /// The row to read.
    pub(super) row: String,
}

/// Creates the row and returns its stored state.
pub(super) fn create(call: &mut Call<'_>, new: &New) -> Result<String, Error> {
    let id = new.id.as_str();
    attempt(call, new).map_err(|failure| {
        let words = match new.has_key {
            true => filled!(
                "the appointment may exist all the same, under the id `{}`; to repeat the call with the same \
                 `idempotency_key` makes no second one",
                &[id],
            ),
            false => filled!(
                "the appointment may exist all the same, under the id `{}`: look for it (list_appointments with the filter \
                 `activityid eq {}`) before you create it again",
                &[id, id],
            ),
        };
        failure.of_write(Some(id), &words)
    })
}

fn attempt(call: &mut Call<'_>, new: &New) -> Result<String, Error> {
    let began = call.now();
    let mut request = Request::create("appointments", &new.id, new.body.clone());
    let mut id = new.id.clone();
    let mut posts = 0;
    loop {
        let unread = match call.ask(&request) {
            Ok(answer) => {
                // A server in between may answer 200; only Dataverse confirms that it created
                // something.
                let created = matches!(answer.status, 201 | 204);
                let given = answer.created_id().filter(|_| created);
                // A PATCH has the id in its URL.
                let has_id = posts == 0 || given.is_some();
                id = given.unwrap_or(id);
                match answer.into_row("activityid") {
                    Ok(row) => return Ok(row),
                    Err(_) if created && has_id => None,
                    Err(failure) if created => Some(failure.perhaps_applied()),
                    Err(failure) => Some(failure),
                }
            }
            Err(failure) if posts == 0 && is_of_the_form(&failure, &new.id) => {
                request = post(new);
                posts = 1;
                continue;
            }
            // The response itself says that the id exists.
            Err(failure) if failure.kind == FailureKind::ReadAgain => Some(match call.repeated() {
                true => failure.perhaps_applied(),
                false => failure,
            }),
            Err(failure) if failure.may_have_been_applied => Some(failure),
            Err(failure) => return Err(failure),
        };
        let stored = call.ask(&Request::get(row("appointments", &id)));
        let is_absent = matches!(&stored, Err(failure) if failure.status == Some(404));
        let failure = match (stored.and_then(|answer| answer.into_row("activityid")), unread) {
            (Ok(row), Some(failure)) => return found(new, row, failure),
            (Ok(row), None) => return Ok(row),
            // It was created, even if it cannot be read.
            (Err(_), None) => return Ok(filled!(r#"{"activityid":"{}"}"#, &[id.as_str()])),
            (Err(_), Some(failure)) => failure.perhaps_applied(),
        };
        // A POST is retried only after checking that its row does not exist.
        let may_help = posts > 0
            && is_absent
            && failure.kind == FailureKind::Wait
            && !is_under_another_id(call, new, began);
        if !(may_help && call.again(posts, failure.retry_after_seconds)) {
            return Err(failure);
        }
        posts += 1;
    }
}

/// Whether the organization refuses the form of the write, a PATCH that creates a row with its
/// parties: then nothing was written, and a POST may succeed. Decisions of a plug-in, duplicate
/// detection or the check of a value do not concern the form.
fn is_of_the_form(failure: &Error, id: &Guid) -> bool {
    let decided = failure.code.as_deref().is_some_and(|code| {
        code.starts_with("0x800443") || matches!(code, "0x80040265" | "0x80040224" | "0x80040333")
    });
    !failure.may_have_been_applied
        && !decided
        && match failure.status {
            // A code may point to another cause: a limit, or the user.
            Some(400 | 405 | 501) => failure.kind == FailureKind::Refused,
            // The missing row is the new one itself.
            Some(404) => find(&failure.message, id.as_str()).is_some(),
            _ => false,
        }
}

/// Sends the same row by a POST: an id can exist only once.
fn post(new: &New) -> Request {
    let columns = new.body.strip_prefix("{").unwrap_or_default();
    let body = filled!(r#"{"activityid":"{}",{}"#, &[new.id.as_str(), columns]);
    Request::post("appointments", body).header("Prefer", "return=representation")
}

/// Whether the row may exist under an id that the organization chose instead of ours: the call
/// cannot rule out such a row since it started.
fn is_under_another_id(call: &mut Call<'_>, new: &New, began: i64) -> bool {
    let alike = Filter::equals("subject", &new.subject)
        .and(Filter::is("_regardingobjectid_value", &new.account))
        .and(Filter::since("createdon", Moment(began - CLOCK_SKEW)));
    let request = Request::get("appointments").select(&["activityid"]).filter(Some(&alike));
    !call.rows(request, 1).is_ok_and(|rows| rows.is_empty())
}

/// Decides, after this failure, whether the existing row with the id is the one to create or
/// another one.
fn found(new: &New, stored: String, failure: Error) -> Result<String, Error> {
    // Nobody else knows a random id. A plug-in may have changed the row's content.
    let is_own = !new.has_key && failure.may_have_been_applied;
    let columns = match Json::parse(&stored) {
        Ok(stored) if !is_own => differing(stored, &new.row),
        _ => Vec::new(),
    };
    if columns.is_empty() {
        return Ok(stored);
    }
    if !new.has_key {
        return Err(failure.perhaps_applied());
    }
    let mut names = Vec::new();
    for column in &columns {
        names.push(&**column);
    }
    let id = new.id.as_str();
    let mut other = Error::fix_input(filled!(
        "`idempotency_key` already belongs to the appointment `{}`, whose `{}` differs from the input (expected the same \
         input as the first time, or another key)",
        &[id, &join(&names, "`, `")],
    ));
    other.may_have_been_applied = failure.may_have_been_applied;
    other.row_id = Some(id.to_owned());
    Err(other)
}
