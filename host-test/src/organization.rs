//! An organization by its URL, and where its users sign in.

use crate::origin::Origin;

/// Where an organization is, and where its users sign in.
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
    /// Scheme and host of the sign-in service of its cloud; on loopback a simulator serves both.
    pub sign_in: String,
}

impl Organization {
    /// Reads a host, or a URL of which only the host counts; `authority` names another sign-in service of Microsoft's than
    /// that of the organization's cloud, or one on loopback.
    ///
    /// # Errors
    ///
    /// One sentence, when either is not Microsoft's and not on this machine, or would be reached by plain `http`.
    pub fn parse(instance_url: &str, authority: Option<&str>) -> Result<Organization, String> {
        let refused = || {
            format!(
                "`{}` is not a Dynamics 365 organization (expected its host, such as org12345.crm.dynamics.com)",
                instance_url.trim()
            )
        };
        let origin = parse(instance_url).ok_or_else(refused)?;
        let own = if origin.is_loopback() {
            origin.url()
        } else {
            let usual = if origin.https { origin.sign_in().into_iter().next() } else { None };
            usual.ok_or_else(refused)?.url()
        };
        let sign_in = match authority {
            None => own,
            Some(text) => parse(text)
                .filter(|origin| origin.is_loopback() || origin.is_sign_in())
                .ok_or_else(|| {
                    format!(
                        "`{}` is not one of Microsoft's sign-in services (expected one such as https://login.microsoftonline.com)",
                        text.trim()
                    )
                })?
                .url(),
        };
        Ok(Organization { url: origin.url(), sign_in })
    }
}

/// An origin; on loopback, plain HTTP unless the text says otherwise.
fn parse(text: &str) -> Option<Origin> {
    let bare = !text.contains("://");
    let origin = Origin::parse(text)?;
    if bare && origin.is_loopback() {
        Origin::parse(&format!("http://{}", text.trim()))
    } else {
        Some(origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_the_users_of_each_cloud_sign_in() {
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
    fn refuses_what_is_not_microsofts() {
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
}
