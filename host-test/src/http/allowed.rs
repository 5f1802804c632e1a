//! The allowed requests: those to the organization and its sign-in service.

use http::Uri;

use crate::organization;
use crate::origin::Origin;
use crate::secrets::Secrets;

/// The list for one call, made from its secrets before the component sees them.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    origins: Vec<Origin>,
}

impl Allowed {
    /// These origins.
    pub(crate) fn only(authorities: &[String]) -> Self {
        let origins = authorities.iter().filter_map(|text| Origin::parse(text).ok());
        Allowed { origins: origins.map(|(origin, _)| origin).collect() }
    }

    /// The origins in these secrets that the component may reach.
    pub(crate) fn of(secrets: &Secrets) -> Self {
        let named = |name| secrets.get(name).filter(|text| !text.trim().is_empty());
        let (instance, own) =
            match named("instance_url").and_then(|text| organization::instance(&text).ok()) {
                Some((instance, own)) => (Some(instance), Some(own)),
                None => (None, None),
            };
        let sign_in = match named("authority") {
            Some(authority) => organization::sign_in_service(&authority).ok(),
            None => own,
        };
        Allowed { origins: instance.into_iter().chain(sign_in).collect() }
    }

    /// Whether a request may go to this URL. Plain HTTP is allowed only to this machine.
    pub(crate) fn permits(&self, uri: &Uri) -> bool {
        let Some(origin) = Origin::of(uri) else { return false };
        (origin.https || origin.is_loopback()) && self.origins.contains(&origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(instance: &str, authority: Option<&str>, url: &str) -> bool {
        let secrets = Secrets::new().with("instance_url", instance);
        if let Some(authority) = authority {
            secrets.put("authority", authority);
        }
        Allowed::of(&secrets).permits(&url.parse().unwrap())
    }

    #[test]
    fn permits_the_organization_and_the_sign_in_service_of_its_cloud() {
        let org = "org.crm4.dynamics.com";
        assert!(permits(org, None, "https://org.crm4.dynamics.com/api/data/v9.2/WhoAmI"));
        assert!(permits(org, None, "https://ORG.crm4.dynamics.com:443/"));
        assert!(permits(org, None, "https://login.microsoftonline.com/t/oauth2/v2.0/token"));
        assert!(permits(
            "https://org.crm.dynamics.cn/x",
            None,
            "https://login.partner.microsoftonline.cn/"
        ));
        assert!(permits("http://127.0.0.1:8080", None, "http://127.0.0.1:8080/api"));
    }

    #[test]
    fn refuses_everything_else() {
        let org = "org.crm4.dynamics.com";
        assert!(!permits(org, None, "https://other.crm4.dynamics.com/"));
        assert!(!permits(org, None, "https://org.crm4.dynamics.com.example/"));
        assert!(!permits(org, None, "https://org.crm4.dynamics.com:8443/"));
        assert!(!permits(org, None, "https://org.crm4.dynamics.com@example.com/"));
        assert!(!permits(org, None, "http://org.crm4.dynamics.com/"));
        assert!(!permits("http://org.crm4.dynamics.com", None, "http://org.crm4.dynamics.com/"));
        assert!(!permits(org, None, "https://login.microsoftonline.us/"));
        assert!(!permits("http://127.0.0.1:8080", None, "http://127.0.0.1:8081/"));
    }

    #[test]
    fn a_named_authority_replaces_the_clouds() {
        let org = "org.crm.dynamics.com";
        let sts = Some("https://login.microsoftonline.us");
        assert!(permits(org, sts, "https://login.microsoftonline.us/t"));
        assert!(!permits(org, sts, "https://login.microsoftonline.com/t"));
    }
}
