use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::super::{UpdateAppointment, UpdateAppointmentInput};
use crate::action::recorded::{Ran, answer, ask};
use crate::contract::{FailureKind, UpdatedAppointment};
use crate::http::{ExchangeError, Response};
use crate::outside::scripted::StoppedClock;
use crate::time::Moment;

const ID: &str = "a56b3f4b-1be7-e611-8101-e0071b6af231";

/// The row with this subject, written this many seconds after the start of the call by the server's
/// clock, which is this many seconds ahead.
fn row(subject: &str, modified: i64, ahead: i64) -> Response {
    let now = StoppedClock::START + ahead;
    let modified = Moment(now + modified).to_utc();
    let body = format!(
        r#"{{"@odata.etag":"W/\"7\"","subject":"{subject}","scheduledend":null,"modifiedon":"{modified}"}}"#
    );
    // 1,800,000,000 is in the second of this date; the minutes are those of the offset.
    let date = format!("Fri, 15 Jan 2027 08:{:02}:00 GMT", ahead / 60);
    Response { status: 200, headers: Vec::from([("date".into(), date)]), body: body.into() }
}

/// An update of the subject whose first response is lost and whose second is 204, with these rows
/// to read.
fn changed(mut rows: Vec<Response>) -> Ran<UpdatedAppointment> {
    let input = UpdateAppointmentInput {
        appointment_id: ID.into(),
        subject: Some("Ours".into()),
        scheduledstart: None,
        scheduledend: None,
        category: None,
    };
    let mut attempts = 0;
    ask::<UpdateAppointment>(input, |request| {
        if request.body.is_none() {
            return Ok(rows.remove(0));
        }
        attempts += 1;
        match attempts {
            1 => Err(ExchangeError::Unknown("the connection ended".into())),
            _ => answer(204, ""),
        }
    })
}

fn methods(ran: &Ran<UpdatedAppointment>) -> Vec<String> {
    ran.requests.iter().map(|request| request.split(' ').next().unwrap().into()).collect()
}

#[test]
fn never_retries_an_update_over_someone_elses() {
    for (modified, ahead) in [(0, 0), (5, 0), (0, 600), (-1, 600), (1, 1_800)] {
        let ran = changed(Vec::from([row("Theirs", modified, ahead)]));
        assert_eq!(methods(&ran), ["PATCH", "GET"], "{modified} {ahead}");
        let failure = ran.result.unwrap_err();
        assert_eq!(failure.kind, FailureKind::ReadAgain);
        assert!(failure.may_have_been_applied);
        assert_eq!(failure.row_id.as_deref(), Some(ID));
        assert!(
            failure
                .message
                .contains("changed by somebody else meanwhile, so the change was not repeated"),
            "{}",
            failure.message
        );
    }
}

#[test]
fn retries_an_update_under_the_etag_it_read() {
    for (modified, ahead) in [(-2, 0), (-90, 0), (-90, 600), (-2, 600)] {
        let ran = changed(Vec::from([row("Before", modified, ahead)]));
        assert_eq!(methods(&ran), ["PATCH", "GET", "PATCH"], "{modified} {ahead}");
        assert!(ran.requests[0].contains("If-Match: *"), "{}", ran.requests[0]);
        assert!(ran.requests[2].contains("If-Match: W/\"7\""), "{}", ran.requests[2]);
        assert!(ran.result.is_ok());
    }
}

#[test]
fn recognizes_its_own_update_by_its_values() {
    let ran = changed(Vec::from([row("Ours", 0, 0)]));
    assert_eq!(methods(&ran), ["PATCH", "GET"]);
    assert!(ran.result.is_ok());
}
