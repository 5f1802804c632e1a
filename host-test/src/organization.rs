//! An organization by its URL, and its users' sign-in service.

use crate::origin::Origin;

/// The origins of an organization and of its users' sign-in service.
///
/// ```
/// let contoso = host_test::Organization::parse("contoso.crm4.dynamics.com", None).unwrap();
/// assert_eq!(contoso.url, "https://contoso.crm4.dynamics.com");
/// assert_eq!(contoso.sign_in, "https://login.microsoftonline.com");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Scheme and host: `https://org12345.crm.dynamics.com`.
    pub url: String,
    /// Scheme and host of its cloud's sign-in service; on loopback a simulator serves both.
    pub sign_in: String,
}

impl Organization {
    /// Reads a host, or a URL, of which only the host matters. `authority` names a sign-in service
    /// other than the default of the organization's cloud, or one on loopback. The component
    /// accepts the same values.
    ///
    /// # Errors
    ///
    /// Fails with one sentence if either is neither Microsoft's nor on this machine, or uses plain
    /// `http`.
    pub fn parse(instance_url: &str, authority: Option<&str>) -> Result<Organization, String> {
        let (origin, own) = instance(instance_url).map_err(|reason| {
            format!(
                "`{}` is not a Dynamics 365 organization: it {reason} (expected its host, such as org12345.crm.dynamics.com)",
                shown(instance_url)
            )
        })?;
        let sign_in = match authority.filter(|text| !text.trim().is_empty()) {
            None => own,
            Some(text) => sign_in_service(text).map_err(|reason| {
                format!(
                    "`{}` is not one of Microsoft's sign-in services: it {reason} (expected one such as https://login.microsoftonline.com)",
                    shown(text)
                )
            })?,
        };
        Ok(Organization { url: origin.url(), sign_in: sign_in.url() })
    }
}

/// Reads `instance_url`: the organization, and its cloud's sign-in service. On loopback one server
/// is both.
pub(crate) fn instance(text: &str) -> Result<(Origin, Origin), &'static str> {
    let (origin, _) = Origin::parse(text)?;
    if origin.is_loopback() {
        return Ok((origin.clone(), origin));
    }
    let sign_in = origin.sign_in().ok_or("is outside Microsoft's clouds")?;
    microsofts(&origin)?;
    Ok((origin, sign_in))
}

/// Reads `authority`: a sign-in service of Microsoft's, or one on this machine. A path names a
/// tenant.
pub(crate) fn sign_in_service(text: &str) -> Result<Origin, &'static str> {
    let (origin, path) = Origin::parse(text)?;
    if !origin.is_loopback() {
        if !origin.is_sign_in() {
            return Err("is another host");
        }
        microsofts(&origin)?;
    }
    match path.split('/').find(|part| !part.is_empty()) {
        Some(part) if !is_tenant(part) => Err("has a path that is not a tenant"),
        _ => Ok(origin),
    }
}

/// Checks the scheme and port of Microsoft's hosts.
fn microsofts(origin: &Origin) -> Result<(), &'static str> {
    match (origin.https, origin.has_usual_port()) {
        (true, true) => Ok(()),
        (true, false) => Err("has a port, which Microsoft's hosts do not have"),
        (false, _) => Err("uses plain http, which is only for loopback"),
    }
}

/// Whether this is a tenant: an id, a domain, or a name such as `common`.
fn is_tenant(text: &str) -> bool {
    text.len() <= 253
        && !text.starts_with('.')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// The refused text without the parts that may contain a password or a token: the user, path and
/// query.
fn shown(text: &str) -> String {
    const LONGEST: usize = 100;
    let text = text.trim();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.len() <= 10 => (format!("{scheme}://"), rest),
        _ => (String::new(), text),
    };
    // A password may contain any of the characters that end a host.
    let (user, rest) = match rest.rsplit_once('@') {
        Some((_, rest)) => ("[redacted]@", rest),
        None => ("", rest),
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let host: String = rest.chars().take(LONGEST.min(rest[..end].chars().count())).collect();
    let more = if host.len() < rest.len() { "…" } else { "" };
    format!("{scheme}{user}{host}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_sign_in_service_of_each_cloud() {
        for (text, url, sign_in) in [
            (
                "Org.crm.dynamics.com",
                "https://org.crm.dynamics.com",
                "https://login.microsoftonline.com",
            ),
            (
                "https://org.crm.dynamics.cn/main.aspx",
                "https://org.crm.dynamics.cn",
                "https://login.partner.microsoftonline.cn",
            ),
            ("localhost:8080", "http://localhost:8080", "http://localhost:8080"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ] {
            let organization = Organization::parse(text, None).unwrap();
            assert_eq!((organization.url.as_str(), organization.sign_in.as_str()), (url, sign_in));
        }
    }

    #[test]
    fn refuses_hosts_that_are_not_microsofts() {
        for text in [
            "",
            "crm.example.com",
            "http://org.crm.dynamics.com",
            "org.crm.dynamics.com@example.com",
            "a b",
        ] {
            assert!(Organization::parse(text, None).is_err(), "{text}");
        }
        let org = "org.crm.dynamics.com";
        for authority in [
            "https://login.example.com",
            "http://login.microsoftonline.com",
            "https://login.microsoftonline.com:8443",
        ] {
            assert!(Organization::parse(org, Some(authority)).is_err(), "{authority}");
        }
        let us = Organization::parse(org, Some("login.microsoftonline.us")).unwrap();
        assert_eq!(us.sign_in, "https://login.microsoftonline.us");
    }

    #[test]
    fn shows_only_the_host_of_a_refused_url() {
        for (text, shows) in [
            (
                "https://user:Pa55word@contoso.crm.dynamics.com",
                "https://[redacted]@contoso.crm.dynamics.com",
            ),
            ("user:Pa55/w@rd@contoso.crm.dynamics.com/x", "[redacted]@contoso.crm.dynamics.com…"),
            ("https://example.com/?token=Pa55word", "https://example.com…"),
            ("https://example.com\\Pa55word", "https://example.com…"),
        ] {
            let refused = Organization::parse(text, None).unwrap_err();
            assert!(refused.starts_with(&format!("`{shows}` is not")), "{refused}");
            let refused = Organization::parse("localhost", Some(text)).unwrap_err();
            assert!(refused.starts_with(&format!("`{shows}` is not")), "{refused}");
        }
        let long = Organization::parse(&"x".repeat(1_000), None).unwrap_err();
        assert!(long.len() < 300, "{long}");
    }
}
