//! The organization and its users' sign-in service: the only hosts that this crate uses.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::error::Error;
use crate::http::{Origin, is_loopback, parse_url};
use crate::text::{contains, filled, split, split_once};

/// A Dynamics 365 organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The origin of its Web API.
    pub origin: Origin,
    /// The sign-in service of its cloud.
    pub authority: Origin,
}

/// The suffixes of organizations' host names, and the sign-in service of each cloud
/// ([regions](https://learn.microsoft.com/power-platform/admin/new-datacenter-regions),
/// [clouds](https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud)).
/// `N` is a region number of one or two digits, or empty.
pub const CLOUDS: [(&str, &str); 5] = [
    ("crmN.dynamics.com", "login.microsoftonline.com"),
    ("crm.microsoftdynamics.us", "login.microsoftonline.us"),
    ("crm.appsplatform.us", "login.microsoftonline.us"),
    ("crm.dynamics.cn", "login.partner.microsoftonline.cn"),
    // Known from third parties only.
    ("crm.dynamics.microsoft.scloud", "login.microsoftonline.microsoft.scloud"),
];

/// Sign-in services that are not a cloud's default.
pub const OTHER_AUTHORITIES: [&str; 2] =
    ["login.chinacloudapi.cn", "login.microsoftonline.eaglex.ic.gov"];

impl Instance {
    /// Reads `instance_url`: a host, or a URL, of which only scheme and host matter.
    ///
    /// # Errors
    ///
    /// `fix-settings` for a host that is neither Dynamics 365 nor loopback, and for plain `http`
    /// except on loopback: nothing may be sent there.
    pub fn parse(text: &str) -> Result<Instance, Error> {
        let refused = |reason: &str| {
            Error::fix_settings(filled!(
                "`instance_url` {} (expected the host of an organization, such as org12345.crm.dynamics.com)",
                &[reason],
            ))
        };
        let (origin, _) = parse(text).map_err(refused)?;
        if is_loopback(&origin.authority) {
            // A simulator serves both.
            return Ok(Instance { authority: origin.clone(), origin });
        }
        let authority = CLOUDS
            .iter()
            .find(|(suffix, _)| is_organization(&origin.authority, suffix))
            .map(|(_, authority)| Origin { https: true, authority: (*authority).to_owned() })
            .ok_or_else(|| refused("names a host outside Microsoft's clouds"))?;
        if !origin.https {
            return Err(refused("asks for plain http, which is for loopback only"));
        }
        Ok(Instance { origin, authority })
    }

    /// Whether this is the same organization, with either form of its host: `org.crm.dynamics.com`
    /// or `org.api.crm.dynamics.com`.
    pub(crate) fn is_at(&self, origin: &Origin) -> bool {
        let [(ours, our_rest), (theirs, their_rest)] = [&self.origin, origin].map(|origin| {
            let (name, rest) =
                split_once(&origin.authority, ".").unwrap_or((&origin.authority, ""));
            (name, rest.strip_prefix("api.").unwrap_or(rest))
        });
        origin.https == self.origin.https && ours == theirs && our_rest == their_rest
    }
}

/// Reads `authority`: a Microsoft sign-in service or a loopback address, with the tenant, if the
/// path has one.
///
/// # Errors
///
/// `fix-settings` for any other host: credentials must not be sent there.
pub fn parse_authority(text: &str) -> Result<(Origin, Option<String>), Error> {
    let refused = |reason: &str| {
        Error::fix_settings(filled!(
            "`authority` {} (expected a sign-in service of Microsoft's, such as https://login.microsoftonline.com)",
            &[reason],
        ))
    };
    let (origin, path) = parse(text).map_err(refused)?;
    let host = origin.authority.as_str();
    let known = is_loopback(host)
        || CLOUDS.iter().any(|(_, authority)| *authority == host)
        || OTHER_AUTHORITIES.contains(&host);
    if !known {
        return Err(refused("names a host that is not one of Microsoft's sign-in services"));
    }
    if !origin.https && !is_loopback(host) {
        return Err(refused("asks for plain http, which is for loopback only"));
    }
    let tenant = split(&path, "/").find(|part| !part.is_empty());
    match tenant {
        Some(tenant) if !is_tenant(tenant) => Err(refused("has a path that is no tenant")),
        tenant => Ok((origin, tenant.map(str::to_owned))),
    }
}

/// Scheme, host and path of a URL, which has a port only on loopback.
fn parse(text: &str) -> Result<(Origin, String), &'static str> {
    let (origin, path) = parse_url(text)?;
    if contains(&origin.authority, b':') && !is_loopback(&origin.authority) {
        return Err("has a port, which Microsoft's hosts do not");
    }
    Ok((origin, path))
}

/// Whether this is valid as a tenant in a path: an id, a domain, or a name such as `common`.
pub(crate) fn is_tenant(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
        && !text.starts_with('.')
}

/// Whether a host is `<organization>[.api].<suffix>`.
fn is_organization(host: &str, suffix: &str) -> bool {
    let Some((organization, rest)) = split_once(host, ".") else { return false };
    let rest = rest.strip_prefix("api.").unwrap_or(rest);
    let is_label = !organization.is_empty()
        && organization.len() <= 63
        && organization.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let in_cloud = match split_once(suffix, "N") {
        None => rest == suffix,
        Some((before, after)) => rest
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|n| n.len() <= 2 && n.bytes().all(|byte| byte.is_ascii_digit())),
    };
    is_label && in_cloud
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (String, String) {
        let instance = Instance::parse(text).unwrap();
        (instance.origin.url(), instance.authority.url())
    }

    #[test]
    fn derives_the_authority_from_the_cloud() {
        for (text, origin, authority) in [
            (
                "org1.crm.dynamics.com",
                "https://org1.crm.dynamics.com",
                "https://login.microsoftonline.com",
            ),
            (
                " HTTPS://Org1.crm4.dynamics.com:443/main.aspx?x=1 ",
                "https://org1.crm4.dynamics.com",
                "https://login.microsoftonline.com",
            ),
            (
                "https://org1.api.crm22.dynamics.com/api/data/v9.2/",
                "https://org1.api.crm22.dynamics.com",
                "https://login.microsoftonline.com",
            ),
            (
                "org1.crm9.dynamics.com",
                "https://org1.crm9.dynamics.com",
                "https://login.microsoftonline.com",
            ),
            (
                "org1.crm.microsoftdynamics.us",
                "https://org1.crm.microsoftdynamics.us",
                "https://login.microsoftonline.us",
            ),
            (
                "org1.crm.appsplatform.us",
                "https://org1.crm.appsplatform.us",
                "https://login.microsoftonline.us",
            ),
            (
                "org1.crm.dynamics.cn",
                "https://org1.crm.dynamics.cn",
                "https://login.partner.microsoftonline.cn",
            ),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("localhost:8080", "http://localhost:8080", "http://localhost:8080"),
            ("https://[::1]:8443", "https://[::1]:8443", "https://[::1]:8443"),
        ] {
            assert_eq!(parsed(text), (origin.into(), authority.into()), "{text}");
        }
    }

    #[test]
    fn knows_both_forms_of_its_host() {
        let spelling = |text| Instance::parse(text).unwrap();
        let ours = spelling("org1.crm4.dynamics.com");
        for (text, is_ours) in [
            ("org1.crm4.dynamics.com", true),
            ("org1.api.crm4.dynamics.com", true),
            ("org2.crm4.dynamics.com", false),
            ("org1.crm.dynamics.com", false),
            ("localhost", false),
        ] {
            let theirs = spelling(text);
            assert_eq!(
                (ours.is_at(&theirs.origin), theirs.is_at(&ours.origin)),
                (is_ours, is_ours)
            );
        }
        assert!(!ours.is_at(&Origin { https: false, ..ours.origin.clone() }));
    }

    #[test]
    fn refuses_hosts_outside_microsofts_clouds() {
        for text in [
            "",
            "crm.dynamics.com",
            "example.com",
            "org.crm.dynamics.com.example.com",
            "org.crm.dynamics.com@example.com",
            "https://user:pw@org.crm.dynamics.com",
            "evilcrm.dynamics.com",
            "a.b.crm.dynamics.com",
            "org.crm123.dynamics.com",
            "org.crmx.dynamics.com",
            "http://org.crm.dynamics.com",
            "ftp://org.crm.dynamics.com",
            "org.crm.dynamics.com:8443",
            "https://example.com\\.crm.dynamics.com",
            "https://example.com#.crm.dynamics.com",
            "127.0.0.1.example.com",
            "http://127.1",
            "http://localhost:x",
            "http://localhost.example.com",
            "http://192.168.0.1",
            "org_1.crm.dynamics.com",
            ".crm.dynamics.com",
            "http://127.0.0.1:80:80@x",
        ] {
            assert!(Instance::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn accepts_only_microsofts_authorities() {
        let (origin, tenant) =
            parse_authority("https://login.microsoftonline.com/contoso.com/").unwrap();
        assert_eq!(
            (origin.url().as_str(), tenant.as_deref()),
            ("https://login.microsoftonline.com", Some("contoso.com"))
        );
        assert_eq!(parse_authority("http://127.0.0.1:9").unwrap().1, None);
        for text in [
            "https://login.example.com",
            "http://login.microsoftonline.com",
            "https://login.microsoftonline.com/a b",
        ] {
            assert!(parse_authority(text).is_err(), "{text}");
        }
    }
}
