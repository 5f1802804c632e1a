//! The organization's address and token.

use std::fmt;

/// An organization and how to reach it.
#[derive(Clone)]
pub struct Organization {
    /// The scheme and authority: `https://org12345.crm.dynamics.com`.
    pub origin: String,
    /// The scheme and authority of its sign-in service: `https://login.microsoftonline.com`. The
    /// token is never sent there.
    pub sign_in: String,
    /// The access token, which is sent only to the origin.
    pub token: String,
}

impl fmt::Debug for Organization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Organization { origin, sign_in, token: _ } = self;
        let mut shown = f.debug_struct("Organization");
        shown.field("origin", origin).field("sign_in", sign_in);
        shown.field("token", &format_args!("[redacted]")).finish()
    }
}

/// The other spelling of an organization's origin: `org.api.crm.dynamics.com` beside
/// `org.crm.dynamics.com`.
pub(crate) fn other_spelling(origin: &str) -> Option<String> {
    let (name, rest) = origin.split_once('.')?;
    Some(match rest.strip_prefix("api.") {
        Some(rest) => format!("{name}.{rest}"),
        None => format!("{name}.api.{rest}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_spellings_map_to_each_other() {
        let (short, long) = ("https://org.crm4.dynamics.com", "https://org.api.crm4.dynamics.com");
        assert_eq!(other_spelling(short).as_deref(), Some(long));
        assert_eq!(other_spelling(long).as_deref(), Some(short));
    }

    #[test]
    fn a_token_is_never_printed() {
        let token = "ey-secret".to_owned();
        let organization = Organization { origin: String::new(), sign_in: String::new(), token };
        assert!(!format!("{organization:?}").contains("secret"));
    }
}
