//! Settings with a dot in their name: one for each occasion, header and column.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;

use crate::occasion::OCCASIONS;
use crate::setting::{Evidence, Setting};

/// Changed refusals, missing headers and other lengths.
///
/// `refusal.<occasion>` is a status and a code (`409 0x80040216`); `sign_in_refusal.<number>` a
/// status and an error (`401 invalid_client`); `header.<name>` is `absent`; `length.<column>` is
/// the greatest length of a text of appointments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Otherwise {
    pub(crate) refusals: BTreeMap<&'static str, Turned>,
    pub(crate) sign_in: BTreeMap<u32, Turned>,
    pub(crate) left_out: BTreeSet<&'static str>,
    pub(crate) lengths: BTreeMap<&'static str, usize>,
}

/// Another status and code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turned {
    pub(crate) status: StatusCode,
    /// `None` if the body is not JSON.
    pub(crate) code: Option<String>,
}

/// The sign-in service's errors that can be changed.
const SIGN_IN: [(&str, u32); 4] = [
    ("sign_in_refusal.700016", 700_016),
    ("sign_in_refusal.90002", 90_002),
    ("sign_in_refusal.70003", 70_003),
    ("sign_in_refusal.900144", 900_144),
];

/// The headers that can be removed.
const HEADERS: [(&str, &str); 6] = [
    ("header.req_id", "req_id"),
    (
        "header.x_ms_ratelimit_burst_remaining_xrm_requests",
        "x-ms-ratelimit-burst-remaining-xrm-requests",
    ),
    (
        "header.x_ms_ratelimit_time_remaining_xrm_requests",
        "x-ms-ratelimit-time-remaining-xrm-requests",
    ),
    ("header.x_ms_dop_hint", "x-ms-dop-hint"),
    ("header.odata_version", "odata-version"),
    ("header.vary", "vary"),
];

/// The text columns of appointments whose maximum length can be set.
const LENGTHS: [(&str, &str); 4] = [
    ("length.subject", "subject"),
    ("length.location", "location"),
    ("length.category", "category"),
    ("length.description", "description"),
];

impl Otherwise {
    /// All names.
    pub(crate) fn names() -> Vec<Setting> {
        let setting = |name: &'static str, values: &str, meaning: String| Setting {
            name,
            values: values.to_owned(),
            default: String::new(),
            evidence: Evidence::Chosen,
            meaning,
        };
        let answer = "status and code (`409 0x80040216`), or nothing";
        let occasions = OCCASIONS
            .iter()
            .map(|own| setting(own.name, answer, format!("The answer to {}.", own.meaning)));
        let sign_in = SIGN_IN.iter().map(|(name, number)| {
            let meaning = format!("The answer of the sign-in service's refusal {number}.");
            setting(name, "status and error (`401 invalid_client`), or nothing", meaning)
        });
        let headers = HEADERS.iter().map(|(name, header)| {
            setting(name, "`absent`, or nothing", format!("Whether answers lack `{header}`."))
        });
        let lengths = LENGTHS.iter().map(|(name, column)| {
            let meaning = format!("The maximum length of an appointment's `{column}`.");
            setting(name, "a whole number, or nothing", meaning)
        });
        occasions.chain(sign_in).chain(headers).chain(lengths).collect()
    }

    /// Sets one; `None` for an unknown name, and an error with the expected form for an invalid
    /// value.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Option<Result<(), String>> {
        let plain = name.trim().to_ascii_lowercase().replace('-', "_");
        let setting = Otherwise::names().into_iter().find(|setting| setting.name == plain)?;
        Some(self.put(setting.name, value.trim()).ok_or(setting.values))
    }

    fn put(&mut self, name: &'static str, value: &str) -> Option<()> {
        let in_table = |table: &[(&'static str, &'static str)]| {
            table.iter().find(|(own, _)| *own == name).map(|(_, thing)| *thing)
        };
        if let Some(header) = in_table(&HEADERS) {
            match value {
                "absent" => self.left_out.insert(header),
                "" => self.left_out.remove(header),
                _ => return None,
            };
        } else if let Some(column) = in_table(&LENGTHS) {
            match value {
                "" => self.lengths.remove(column),
                number => self.lengths.insert(column, number.parse().ok()?),
            };
        } else if let Some((_, number)) = SIGN_IN.iter().find(|(own, _)| *own == name) {
            match value {
                "" => self.sign_in.remove(number),
                answer => self.sign_in.insert(*number, Turned::read(answer)?),
            };
        } else {
            match value {
                "" => self.refusals.remove(name),
                answer => self.refusals.insert(name, Turned::read(answer)?),
            };
        }
        Some(())
    }
}

impl Turned {
    fn read(text: &str) -> Option<Self> {
        let (status, code) = text.split_once(' ').unwrap_or((text, ""));
        let status: u16 = status.parse().ok()?;
        let status = StatusCode::from_u16(status).ok().filter(|_| (400..=599).contains(&status))?;
        let code = match code {
            "" => None,
            // The form in which a report abbreviates a value.
            "empty" => Some(String::new()),
            code => Some(code.to_owned()),
        };
        Some(Turned { status, code })
    }
}
