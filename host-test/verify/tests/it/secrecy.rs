//! A report is safe to publish, whatever an organization sends.

use std::cell::Cell;
use std::future::{Future, ready};

use bytes::Bytes;
use dataverse_verify::{
    Asked, Journal, Level, Organization, Transport, Unanswered, Unhurried, verify,
};
use http::{Request, Response};
use serde_json::{Value, json};

/// Texts that must not appear, each recognizable by a part of it.
const PLANTED: [&str; 12] = [
    "eyJ0eXAiOiJKV1Qi",
    "8Q~client-secret",
    "Anna Hoogland",
    "anna.hoogland@contoso.example",
    "Keizersgracht 7",
    "+31 20 555 0123",
    "6d6c5d8f-2b0a-4f5e-9d4c-0c1b2a3f4e5d",
    "C0FFEE00-2b0a-4f5e-9d4c-0c1b2a3f4e5d",
    "orgsecret.crm4.dynamics.com",
    "192.0.2.77",
    "4915550123",
    "fabrikam-tenant",
];

/// Answers every request with planted texts: in header fields, codes, messages, keys and values.
struct Planting {
    status: u16,
    turn: Cell<usize>,
}

impl Planting {
    fn next(&self) -> &'static str {
        self.turn.set(self.turn.get() + 1);
        PLANTED[self.turn.get() % PLANTED.len()]
    }

    fn body(&self) -> Value {
        let planted = || self.next();
        let row = json!({
            "accountid": PLANTED[6], "activityid": PLANTED[6], "contactid": PLANTED[6], "name": planted(),
            "fullname": PLANTED[2], "internalemailaddress": PLANTED[3], "telephone1": PLANTED[5], "fax": PLANTED[5],
            "languagecode": 4_915_550_123_u64, "statecode": planted(), "MaxLength": 4_915_550_123_u64,
            "@odata.etag": planted(), "subject": planted(), "uniquename": planted(), "address1_line1": PLANTED[4],
            "publisherid": {"customizationprefix": planted()}, planted(): planted(),
        });
        let mut body = row.clone();
        body["value"] = json!([row.clone(), row]);
        body["UserId"] = json!(PLANTED[6]);
        body["BusinessUnitId"] = json!(planted());
        body["OrganizationId"] = json!(PLANTED[7]);
        body["@odata.context"] = json!(format!("https://{}/$metadata", PLANTED[8]));
        body["@odata.nextLink"] = json!(format!("https://{}/{}", PLANTED[8], planted()));
        body["error"] = json!({"code": planted(), "message": planted(), planted(): planted()});
        body["error_codes"] = json!([planted(), 4_915_550_123_u64]);
        body["error_description"] = json!(planted());
        body
    }
}

impl Transport for Planting {
    fn send(&self, _: Request<Bytes>) -> impl Future<Output = Result<Response<Bytes>, Unanswered>> {
        let response = Response::builder()
            .status(self.status)
            .header(
                "OData-EntityId",
                format!("https://{}/appointments({})", PLANTED[8], PLANTED[7]),
            )
            .header("Location", self.next())
            .header("REQ_ID", self.next())
            .header("x-ms-dop-hint", self.next())
            .header("x-ms-ratelimit-burst-remaining-xrm-requests", self.next())
            .header("Preference-Applied", self.next())
            .header("X-Source", self.next())
            .header(
                "WWW-Authenticate",
                format!("Bearer authorization_uri=https://{}/{}/oauth2", PLANTED[9], PLANTED[6]),
            )
            .body(Bytes::from(self.body().to_string()));
        ready(Ok(response.unwrap()))
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_of_the_organization_is_in_a_report() {
    for status in [200, 201, 204, 302, 400, 401, 403, 404, 409, 412, 429, 500, 503] {
        let directory = tempfile::tempdir().unwrap();
        let organization = Organization {
            origin: format!("https://{}", PLANTED[8]),
            sign_in: format!("https://{}", PLANTED[9]),
            token: PLANTED[0].to_owned(),
        };
        let asked = Asked {
            level: Level::Customize,
            solution: Some(PLANTED[6].to_owned()),
            ..Asked::default()
        };
        let mut journal = Journal::begin(directory.path(), &organization.origin);
        let mark = journal.mark().rsplit(' ').next().unwrap().to_owned();
        let (_stop, stop) = tokio::sync::watch::channel(false);
        let planting = Planting { status, turn: Cell::new(0) };
        let report =
            verify(&asked, &organization, &planting, &mut journal, stop, &mut Unhurried).await.0;
        for text in [report.json(), report.markdown()] {
            let lower = text.to_lowercase();
            for planted in PLANTED.iter().copied().chain([mark.as_str()]) {
                assert!(!lower.contains(&planted.to_lowercase()), "{status}: {planted} in {text}");
            }
            // Nor is any part of them: every word of the report occurs in this repository.
            assert!(!lower.contains("hoogland") && !lower.contains("contoso"), "{status}: {text}");
        }
        // The run did happen: each assumption has a finding.
        assert_eq!(report.findings.len(), dataverse_verify::assumptions().len());
    }
}
