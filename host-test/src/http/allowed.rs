//! Which requests may leave: those to the organization and to its sign-in service.

use http::Uri;
use http::uri::Scheme;

use crate::secrets::Secrets;

/// The list for one call, made from its secrets before the component sees them.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    places: Vec<Place>,
}

/// A scheme and an authority with its port.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) https: bool,
    host: String,
    port: u16,
}

/// The sign-in service of the cloud that a host is in
/// ([national clouds](https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud)).
const CLOUDS: [(&str, &[&str]); 5] = [
    (".dynamics.com", &["login.microsoftonline.com"]),
    (".microsoftdynamics.us", &["login.microsoftonline.us"]),
    (".appsplatform.us", &["login.microsoftonline.us"]),
    (".dynamics.cn", &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"]),
    (".dynamics.microsoft.scloud", &["login.microsoftonline.microsoft.scloud"]),
];

impl Allowed {
    /// These places.
    pub(crate) fn only(authorities: &[String]) -> Self {
        Allowed { places: authorities.iter().filter_map(|text| Place::parse(text)).collect() }
    }

    /// The places that these secrets name.
    pub(crate) fn of(secrets: &Secrets) -> Self {
        let instance = secrets.get("instance_url").as_deref().and_then(Place::parse);
        let sign_in: Vec<Place> = match secrets.get("authority") {
            Some(authority) => Place::parse(&authority).into_iter().collect(),
            None => instance.iter().flat_map(Place::sign_in).collect(),
        };
        Allowed { places: instance.into_iter().chain(sign_in).collect() }
    }

    /// Whether a request may go there. Plain HTTP may only to this machine.
    pub(crate) fn permits(&self, uri: &Uri) -> bool {
        let Some(place) = Place::of(uri) else { return false };
        (place.https || place.is_loopback()) && self.places.contains(&place)
    }
}

impl Place {
    /// Reads a host, `host:port`, or a URL, of which only the place counts.
    pub(crate) fn parse(text: &str) -> Option<Place> {
        let text = text.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        Place::of(&whole.parse().ok()?)
    }

    fn of(uri: &Uri) -> Option<Place> {
        let https = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        // `user@host` is for confusing readers.
        if authority.as_str().contains('@') {
            return None;
        }
        let port = authority.port_u16().unwrap_or(if https { 443 } else { 80 });
        Some(Place { https, host: authority.host().to_ascii_lowercase(), port })
    }

    /// Where the users of an organization here sign in, the usual service first; nowhere outside Microsoft's clouds.
    pub(crate) fn sign_in(&self) -> Vec<Place> {
        let cloud = CLOUDS.iter().find(|(suffix, _)| self.host.ends_with(suffix));
        cloud
            .map_or(&[][..], |(_, hosts)| hosts)
            .iter()
            .filter_map(|host| Place::parse(host))
            .collect()
    }

    /// Whether this is a sign-in service of Microsoft's.
    pub(crate) fn is_sign_in(&self) -> bool {
        let known = CLOUDS.iter().any(|(_, hosts)| hosts.contains(&self.host.as_str()));
        self.https && self.port == 443 && known
    }

    /// Scheme and authority: `https://org.crm.dynamics.com`.
    pub(crate) fn url(&self) -> String {
        let (scheme, usual) = if self.https { ("https", 443) } else { ("http", 80) };
        match self.port {
            port if port == usual => format!("{scheme}://{}", self.host),
            port => format!("{scheme}://{}:{port}", self.host),
        }
    }

    /// Whether this is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let address = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
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
    fn a_named_authority_takes_the_place_of_the_clouds() {
        let org = "org.crm.dynamics.com";
        let sts = Some("https://login.microsoftonline.us");
        assert!(permits(org, sts, "https://login.microsoftonline.us/t"));
        assert!(!permits(org, sts, "https://login.microsoftonline.com/t"));
    }
}
