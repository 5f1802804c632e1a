//! The parsers of ids, hosts and times, compared with established crates.

use dynamics365_sales::dataverse::Guid;
use dynamics365_sales::http::Origin;
use dynamics365_sales::instance::{Instance, parse_authority};
use dynamics365_sales::time::Moment;
use jiff::Timestamp;
use url::{Host, Url};
use uuid::Uuid;

/// When one of the three parsers accepts a text, it reads the same value as an established parser.
pub fn agrees_with_other_readers(text: &str) {
    guid(text);
    instance(text);
    authority(text);
    time(text);
    http_date(text);
}

fn guid(text: &str) {
    let theirs = match text.len() {
        36 | 38 => Uuid::try_parse(text).ok().map(|id| id.hyphenated().to_string()),
        _ => None,
    };
    match (Guid::parse(text), theirs) {
        // Only our parser tolerates surrounding blanks.
        (Some(ours), None) => {
            assert_ne!(text.trim(), text, "{text:?}");
            assert!(Uuid::try_parse(text.trim()).is_ok(), "{ours}");
        }
        (ours, theirs) => assert_eq!(ours.map(|id| id.to_string()), theirs, "{text:?}"),
    }
}

fn instance(text: &str) {
    const ENDS: [&str; 5] = [
        ".dynamics.com",
        ".microsoftdynamics.us",
        ".appsplatform.us",
        ".dynamics.cn",
        ".dynamics.microsoft.scloud",
    ];
    if let Ok(instance) = Instance::parse(text) {
        goes_where_it_says(&instance.origin, &ENDS);
        if !is_loopback(&instance.origin) {
            assert!(instance.authority.https && instance.authority.authority.starts_with("login."));
        }
    }
}

fn authority(text: &str) {
    const ENDS: [&str; 6] = [
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        "login.microsoftonline.microsoft.scloud",
        "login.chinacloudapi.cn",
        "login.microsoftonline.eaglex.ic.gov",
    ];
    if let Ok((origin, tenant)) = parse_authority(text) {
        goes_where_it_says(&origin, &ENDS);
        if let Some(tenant) = tenant {
            let url = format!("{}/{tenant}/oauth2/v2.0/token", origin.url());
            let url = Url::parse(&url).unwrap_or_else(|error| panic!("{error}: {url}"));
            assert!(url.path().ends_with("/oauth2/v2.0/token"), "{url}");
            assert_eq!((url.query(), url.fragment()), (None, None), "{url}");
        }
    }
}

/// Checks an accepted origin with another URL parser: it finds the same host, which is loopback or
/// has one of these endings, and nothing but a host and a port.
fn goes_where_it_says(origin: &Origin, ends: &[&str]) {
    let text = origin.url();
    let url = Url::parse(&format!("{text}/api/data/v9.2/"));
    let url = url.unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(url.path(), "/api/data/v9.2/", "{text}");
    assert!(url.username().is_empty() && url.password().is_none(), "{text}");
    let host = url.host_str().unwrap_or_default();
    let ours = ends.iter().any(|end| host.ends_with(end));
    assert!(is_loopback(origin) || ours && url.scheme() == "https", "{text}");
}

fn is_loopback(origin: &Origin) -> bool {
    let url = Url::parse(&origin.url()).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn time(text: &str) {
    let ours = Moment::parse(text);
    if let Ok(moment) = ours {
        // An offset can move a year below 0 or above 9999, where four digits cannot express it.
        let range = -62_167_219_200..253_402_300_800;
        if range.contains(&moment.0) {
            let written = moment.to_utc();
            assert_eq!(Moment::parse(&written), ours, "{text:?}");
            let theirs: Timestamp = written.parse().unwrap_or_else(|e| panic!("{e}: {written}"));
            assert_eq!(theirs.as_second(), moment.0, "{text:?}");
        }
    }
    if let (Ok(ours), Ok(theirs)) = (ours, text.parse::<Timestamp>()) {
        // They map a leap second to the second before, we to the second after.
        let leap = text.contains(":60") || text.contains("60");
        let nanoseconds = theirs.as_nanosecond().div_euclid(1_000_000_000);
        assert!(leap || i128::from(ours.0) == nanoseconds, "{text:?}");
    }
}

fn http_date(text: &str) {
    let theirs = httpdate::parse_http_date(text).ok();
    let theirs = theirs.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    if let (Some(ours), Some(theirs)) = (Moment::parse_http(text), theirs) {
        assert_eq!(u64::try_from(ours.0).ok(), Some(theirs.as_secs()), "{text:?}");
    }
}
