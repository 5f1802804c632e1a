//! Faults by name, for faults given as text.

use super::{Author, Coding, Fault, RetryAfter, When};
use crate::problem::Limit;
use crate::setting::{Evidence, UnknownName, same_name};
use crate::token::challenge::Challenge;

/// A named fault.
#[derive(Debug, Clone)]
pub struct NamedFault {
    /// Its name: `reset-after-commit`.
    pub name: String,
    /// The evidence that this happens.
    pub evidence: Evidence,
    /// What happens.
    pub meaning: String,
    /// The fault.
    pub fault: Fault,
}

/// The statuses with which plug-in refusals were observed.
const CHOSEN: [u16; 6] = [400, 401, 404, 429, 500, 503];

impl Fault {
    /// All named faults.
    pub fn names() -> Vec<NamedFault> {
        let mut all = throttling();
        all.extend(chosen_statuses());
        all.extend(failures());
        all.extend(connections());
        all.extend(bodies());
        all.extend(refusals());
        all
    }

    /// The fault of this name. `_` counts as `-`.
    ///
    /// ```
    /// use dataverse_sim::{Fault, When};
    ///
    /// let fault = Fault::by_name("reset-after-commit")?;
    /// assert!(matches!(fault, Fault::Reset(When::AfterCommit)));
    /// let error = Fault::by_name("reset-after-comit").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "unknown fault `reset-after-comit` (did you mean `reset-after-commit`?)"
    /// );
    /// # Ok::<(), dataverse_sim::UnknownName>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if no fault has this name.
    pub fn by_name(name: &str) -> Result<Fault, UnknownName> {
        let all = Fault::names();
        let found = all.iter().find(|known| same_name(&known.name, name));
        found.map(|found| found.fault.clone()).ok_or_else(|| {
            UnknownName::among("fault", name, all.iter().map(|known| known.name.as_str()))
        })
    }
}

fn named(name: &str, evidence: Evidence, meaning: &str, fault: Fault) -> NamedFault {
    NamedFault { name: name.to_owned(), evidence, meaning: meaning.to_owned(), fault }
}

/// Service protection, with each form of `Retry-After`.
fn throttling() -> Vec<NamedFault> {
    use Evidence::{Chosen, Client, Documented};
    use Limit::{Concurrency, ExecutionTime, Requests};
    use RetryAfter::{Absent, Date, Fraction, PastDate, Seconds};
    let told = |name: &str, evidence, meaning: &str, limit, retry_after| {
        named(name, evidence, meaning, Fault::Throttled { limit, retry_after })
    };
    vec![
        told(
            "throttled",
            Documented,
            "429, the limit on requests; retry after 5 s",
            Requests,
            Seconds(5),
        ),
        told(
            "throttled-execution-time",
            Documented,
            "429, the limit on execution time; retry after 5 s",
            ExecutionTime,
            Seconds(5),
        ),
        told(
            "throttled-concurrency",
            Documented,
            "429, the limit on concurrent requests; retry after 5 s",
            Concurrency,
            Seconds(5),
        ),
        told("throttled-without-wait", Client, "429 without `Retry-After`", Requests, Absent),
        told("throttled-long", Documented, "429 with `Retry-After: 300`", Requests, Seconds(300)),
        told(
            "throttled-fraction",
            Client,
            "429 with `Retry-After: 2.5`",
            Requests,
            Fraction(2_500),
        ),
        told("throttled-zero", Chosen, "429 with `Retry-After: 0`", Requests, Seconds(0)),
        told(
            "throttled-date",
            Client,
            "429 with `Retry-After` as an HTTP date, 5 s from now",
            Requests,
            Date(5),
        ),
        told(
            "throttled-past-date",
            Chosen,
            "429 with `Retry-After` as an HTTP date, an hour ago",
            Requests,
            PastDate(3_600),
        ),
        told(
            "throttled-nonsense",
            Chosen,
            "429 with `Retry-After: soon`",
            Requests,
            RetryAfter::Text("soon"),
        ),
        named(
            "throttled-after-commit",
            Chosen,
            "429 after the write was applied; retry after 5 s",
            Fault::throttled_after_commit(5),
        ),
        named(
            "throttled-as-400",
            Client,
            "400 with the code of the limit on execution time",
            Fault::throttled_as(400, ExecutionTime),
        ),
        named(
            "throttled-as-403",
            Client,
            "403 with the code of the limit on execution time",
            Fault::throttled_as(403, ExecutionTime),
        ),
        named(
            "throttled-as-503",
            Evidence::Inferred,
            "503 with the code of the limit on execution time",
            Fault::throttled_as(503, ExecutionTime),
        ),
    ]
}

/// Codes that have a status chosen by a plug-in.
fn chosen_statuses() -> Vec<NamedFault> {
    type Kind = (&'static str, &'static str, fn(u16) -> Fault);
    let kinds: [Kind; 3] = [
        ("plug-in", "a plug-in's refusal, 0x80040265", Fault::plug_in),
        ("plug-in-failure", "a plug-in's failure, 0x80040224", Fault::plug_in_failure),
        ("duplicate", "a refusal of duplicate detection, 0x80040333", Fault::duplicate),
    ];
    let under = |(name, meaning, fault): Kind| {
        CHOSEN.into_iter().map(move |status| {
            let (name, meaning) = (format!("{name}-{status}"), format!("{status} with {meaning}"));
            NamedFault { name, evidence: Evidence::Live, meaning, fault: fault(status) }
        })
    };
    kinds.into_iter().flat_map(under).collect()
}

/// The service or a gateway in front of it fails.
fn failures() -> Vec<NamedFault> {
    let told = |status: u16, when, author, meaning: &str| {
        let after = if when == When::AfterCommit { "-after-commit" } else { "" };
        let kind = if author == Author::Proxy { "gateway" } else { "server" };
        let fault = Fault::ServerError { status, when, author, retry_after: RetryAfter::Absent };
        let name = format!("{kind}-error-{status}{after}");
        NamedFault {
            name,
            evidence: Evidence::Documented,
            meaning: format!("{status} {meaning}"),
            fault,
        }
    };
    let mut all = Vec::new();
    for status in [500, 502, 503, 504] {
        all.push(told(
            status,
            When::BeforeCommit,
            Author::Dataverse,
            "in JSON; nothing is applied",
        ));
        all.push(told(
            status,
            When::AfterCommit,
            Author::Dataverse,
            "in JSON, after the write was applied",
        ));
        all.push(told(status, When::BeforeCommit, Author::Proxy, "in HTML; nothing is applied"));
        all.push(told(
            status,
            When::AfterCommit,
            Author::Proxy,
            "in HTML, after the write was applied",
        ));
    }
    all
}

/// No answer, or an incomplete one.
fn connections() -> Vec<NamedFault> {
    use When::{AfterCommit, BeforeCommit};
    let told = |name, meaning, fault| named(name, Evidence::Chosen, meaning, fault);
    vec![
        told("connection-refused", "the connection is refused", Fault::ConnectionRefused),
        told(
            "reset-before-commit",
            "the connection is reset; nothing is applied",
            Fault::Reset(BeforeCommit),
        ),
        told(
            "reset-after-commit",
            "the write is applied, then the connection is reset",
            Fault::Reset(AfterCommit),
        ),
        told(
            "lost-then-nothing",
            "the write is applied and its answer lost; then every connection is reset",
            Fault::LostThenNothing,
        ),
        told(
            "stalled-before-commit",
            "no answer; nothing is applied",
            Fault::StalledBeforeFirstByte(BeforeCommit),
        ),
        told(
            "stalled-after-commit",
            "the write is applied, then no answer",
            Fault::StalledBeforeFirstByte(AfterCommit),
        ),
        told(
            "stalled-in-body",
            "20 bytes of the body, then nothing",
            Fault::StalledInBody { after: 20 },
        ),
        told(
            "cut-body",
            "the connection ends after 20 bytes of the body",
            Fault::CutBody { after: 20 },
        ),
        told(
            "wrong-content-length",
            "`Content-Length` says 1,000,000 bytes",
            Fault::WrongContentLength { declared: 1_000_000 },
        ),
    ]
}

/// An answer with a wrong body.
fn bodies() -> Vec<NamedFault> {
    use Evidence::{Chosen, Live};
    use When::{AfterCommit, BeforeCommit};
    let elsewhere = "https://elsewhere.example".to_owned();
    vec![
        named(
            "html-page",
            Live,
            "200 with a proxy's page; nothing is applied",
            Fault::HtmlPage(BeforeCommit),
        ),
        named(
            "html-page-after-commit",
            Chosen,
            "200 with a proxy's page, after the write was applied",
            Fault::HtmlPage(AfterCommit),
        ),
        named("malformed-json", Chosen, "the JSON is cut in the middle", Fault::MalformedJson),
        named(
            "other-shape",
            Chosen,
            "JSON, but not in any of Dataverse's shapes",
            Fault::OtherShape,
        ),
        named("oversized", Chosen, "JSON of 32 MiB", Fault::Oversized { bytes: 32 << 20 }),
        named("byte-order-mark", Live, "a byte order mark before the body", Fault::ByteOrderMark),
        named(
            "gzip",
            Live,
            "the body in gzip, which the request did not accept",
            Fault::Encoded(Coding::Gzip),
        ),
        named(
            "deflate",
            Chosen,
            "the body in deflate, which the request did not accept",
            Fault::Encoded(Coding::Deflate),
        ),
        named(
            "unknown-coding",
            Chosen,
            "the body in an unknown coding",
            Fault::Encoded(Coding::Unknown),
        ),
        named(
            "half-surrogate",
            Live,
            "half a surrogate pair in `description` of the first row",
            Fault::half_surrogate("description"),
        ),
        named(
            "huge-number",
            Live,
            "1e400 in `description` of the first row",
            Fault::huge_number("description"),
        ),
        named(
            "deep-nesting",
            Live,
            "125 nested arrays in `description` of the first row",
            Fault::deep_nesting("description", 125),
        ),
        named(
            "foreign-next-link",
            Chosen,
            "a next link to https://elsewhere.example",
            Fault::ForeignNextLink { origin: elsewhere },
        ),
        named(
            "endless-next-links",
            Chosen,
            "a next link to the same rows under another URL",
            Fault::EndlessNextLinks,
        ),
    ]
}

/// Dataverse or the sign-in service refuses.
fn refusals() -> Vec<NamedFault> {
    use Evidence::{Client, Documented, Inferred, Live};
    let lock = Fault::customization_lock;
    let mut lock_as_503 = lock("EntityCustomization");
    if let Fault::Refusal { status, .. } = &mut lock_as_503 {
        *status = 503;
    }
    let claims = Fault::Unauthorized(Challenge::InsufficientClaims);
    vec![
        named(
            "customization-lock",
            Live,
            "429 with 0x80071151: another customization is running",
            lock("EntityCustomization"),
        ),
        named(
            "customization-lock-publish",
            Live,
            "429 with 0x80071151: customizations are being published",
            lock("PublishAll"),
        ),
        named(
            "customization-lock-import",
            Live,
            "429 with 0x80071151: a solution is being imported",
            lock("Import"),
        ),
        named(
            "customization-lock-503",
            Client,
            "503 with 0x80071151: another customization is running",
            lock_as_503,
        ),
        named("expired-token", Documented, "401, as for an expired token", Fault::ExpiredToken),
        named(
            "insufficient-claims",
            Client,
            "401 with a continuous access evaluation challenge",
            claims,
        ),
        named("forbidden", Documented, "403, a missing privilege", Fault::Forbidden),
        named("not-found", Documented, "404, no such row", Fault::NotFound),
        named(
            "precondition-failed",
            Documented,
            "412, the row has changed in the meantime",
            Fault::PreconditionFailed,
        ),
        named(
            "disabled-user-403",
            Live,
            "403 with 0x80040225: the user is disabled",
            Fault::disabled_user(403),
        ),
        named(
            "disabled-user-400",
            Live,
            "400 with 0x80040225: the user is disabled",
            Fault::disabled_user(400),
        ),
        named(
            "organization-disabled",
            Live,
            "403 with 0x8004a104: the organization is disabled",
            Fault::organization_disabled(),
        ),
        named(
            "revoked-refresh-token",
            Documented,
            "the request's refresh token is revoked and refused",
            Fault::RevokedRefreshToken,
        ),
        named(
            "rotated-refresh-token",
            Inferred,
            "the request succeeds, and its refresh token is revoked",
            Fault::RotatedRefreshToken,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_unique_and_finds_its_fault() {
        let all = Fault::names();
        let mut names: Vec<&str> = all.iter().map(|known| known.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len());
        for known in &all {
            let found = Fault::by_name(&known.name.replace('-', "_")).unwrap();
            assert_eq!(format!("{found:?}"), format!("{:?}", known.fault));
            assert!(!known.meaning.is_empty() && !known.meaning.ends_with('.'), "{known:?}");
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest() {
        let error = Fault::by_name("plugin-500").unwrap_err();
        assert_eq!(error.nearest.as_deref(), Some("plug-in-500"));
        assert_eq!(Fault::by_name("zzz").unwrap_err().to_string(), "unknown fault `zzz`");
    }
}
