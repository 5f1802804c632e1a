//! The environment's settings: the variables `DYNAMICS365_…`. An unknown one is refused, because a
//! misspelt setting must not send a command to another organization.

use std::env::{self, VarError};
use std::ffi::OsString;

use host_test::{SECRET_NAMES, Secrets};

use super::Stop;
use crate::nearest::nearest;

/// The prefix of every setting's name.
const PREFIX: &str = "DYNAMICS365_";

/// The known names besides the secrets: settings of the command line, the gateway, MCP and the
/// tests.
const OTHERS: [&str; 6] = ["CACHE", "CONFIG_DIR", "GATEWAY_KEY", "HOSTS", "MCP_KEY", "PROFILE"];

/// Each of these can sign in, together with settings that are not secret.
const CREDENTIALS: [&str; 3] = ["access_token", "refresh_token", "client_secret"];

/// The secrets in the environment; they are kept only for this process.
#[derive(Default)]
pub(crate) struct Told {
    /// The component's secrets.
    pub(crate) secrets: Secrets,
}

/// Reads the environment.
///
/// # Errors
///
/// Fails with [`Stop`] if one of our variables is unknown or is not UTF-8.
pub(crate) fn told() -> Result<Told, Stop> {
    if let Some(complaint) = unknown(env::vars_os().map(|(name, _)| name)) {
        return Err(Stop::Failed(complaint));
    }
    let told = Told::default();
    for name in SECRET_NAMES {
        if let Some(value) = value(&variable(name))? {
            told.secrets.put(name, &value);
        }
    }
    Ok(told)
}

/// The profile that the environment names.
///
/// # Errors
///
/// Fails with [`Stop`] if it is not UTF-8.
pub(crate) fn profile() -> Result<Option<String>, Stop> {
    value(&variable("profile"))
}

/// The key that clients of `mcp --http` must send, if it is set.
pub(crate) fn mcp_key() -> Result<Option<String>, Stop> {
    value("DYNAMICS365_MCP_KEY")
}

/// The value of a variable; a blank one counts as unset.
#[expect(clippy::disallowed_methods, reason = "the command line's settings are in the environment")]
fn value(variable: &str) -> Result<Option<String>, Stop> {
    match env::var(variable) {
        Ok(value) if value.trim().is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Stop::Failed(format!("{variable} is not UTF-8"))),
    }
}

impl Told {
    /// The organization, if one is set.
    pub(crate) fn instance(&self) -> Option<String> {
        self.secrets.get("instance_url")
    }

    /// Whether any setting of an organization is set.
    pub(crate) fn is_any(&self) -> bool {
        SECRET_NAMES.iter().any(|name| self.has(name))
    }

    /// Whether a credential is set.
    pub(crate) fn has_credentials(&self) -> bool {
        CREDENTIALS.iter().any(|name| self.has(name))
    }

    /// The variables that are missing for a sign-in; `None` if none is missing.
    pub(crate) fn missing(&self) -> Option<String> {
        if !self.has("instance_url") {
            return Some(format!("{} is not set", variable("instance_url")));
        }
        if self.has("access_token") || (self.has("refresh_token") && self.has("client_id")) {
            return None;
        }
        let needed: &[&str] = match () {
            () if self.has("client_secret") || self.has("tenant_id") => {
                &["tenant_id", "client_id", "client_secret"]
            }
            () if self.has("refresh_token") => &["client_id"],
            () if self.has("client_id") => &["tenant_id", "client_secret"],
            () => {
                return Some(format!(
                    "neither {} nor {}, {} and {} are set",
                    variable("access_token"),
                    variable("tenant_id"),
                    variable("client_id"),
                    variable("client_secret")
                ));
            }
        };
        let missing = needed.iter().filter(|name| !self.has(name));
        let missing: Vec<String> = missing.map(|name| variable(name)).collect();
        match missing.as_slice() {
            [] => None,
            [one] => Some(format!("{one} is not set")),
            [some @ .., last] => Some(format!("{} and {last} are not set", some.join(", "))),
        }
    }

    /// The error for missing credentials, and what to do.
    pub(crate) fn cannot_sign_in(&self, missing: &str) -> String {
        let set = SECRET_NAMES.iter().filter(|name| self.has(name));
        let set: Vec<String> = set.map(|name| variable(name)).collect();
        let set = if set.is_empty() { "nothing".to_owned() } else { set.join(", ") };
        format!(
            "Cannot sign in: {missing} (set: {set}); set what is missing, or sign in as a person with `dynamics365-sales login`"
        )
    }

    fn has(&self, name: &str) -> bool {
        self.secrets.get(name).is_some()
    }
}

/// The variable of a secret.
fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_ascii_uppercase())
}

/// The error for an unknown name that looks like one of ours.
fn unknown(names: impl Iterator<Item = OsString>) -> Option<String> {
    let known: Vec<String> = SECRET_NAMES
        .iter()
        .map(|name| name.to_ascii_uppercase())
        .chain(OTHERS.iter().map(|name| (*name).to_owned()))
        .collect();
    let mut wrong: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| is_meant_for_us(name))
        .filter(|name| {
            !name.strip_prefix(PREFIX).is_some_and(|rest| known.iter().any(|k| k == rest))
        })
        .collect();
    // The environment has no order.
    wrong.sort();
    let wrong = wrong.first()?;
    let likely = nearest(rest(wrong), known.iter().map(String::as_str));
    Some(match likely {
        Some(likely) => {
            format!("{wrong} is not a setting of this program (did you mean {PREFIX}{likely}?)")
        }
        None => {
            let known: Vec<String> = known.iter().map(|name| format!("{PREFIX}{name}")).collect();
            format!("{wrong} is not a setting of this program (known: {})", known.join(", "))
        }
    })
}

/// Whether a variable's name starts with our prefix, in any spelling.
fn is_meant_for_us(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["DYNAMICS365", "DYNAMICS_365", "DYNAMICS-365"].iter().any(|start| name.starts_with(start))
}

/// The rest after the prefix, in any spelling.
fn rest(name: &str) -> &str {
    name.split_once("365").map_or(name, |(_, rest)| rest).trim_start_matches(['_', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(names: &[&str]) -> Option<String> {
        unknown(names.iter().map(OsString::from))
    }

    #[test]
    fn an_unknown_variable_is_reported_with_the_likely_one() {
        for (wrong, likely) in [
            ("DYNAMICS365_INSTANCE", "DYNAMICS365_INSTANCE_URL"),
            ("DYNAMICS365_TENANT", "DYNAMICS365_TENANT_ID"),
            ("DYNAMICS365_SECRET", "DYNAMICS365_CLIENT_SECRET"),
            ("DYNAMICS365_CONFIG_DIRECTORY", "DYNAMICS365_CONFIG_DIR"),
            ("dynamics365_instance_url", "DYNAMICS365_INSTANCE_URL"),
            ("DYNAMICS_365_CLIENT_ID", "DYNAMICS365_CLIENT_ID"),
            ("DYNAMICS365INSTANCE_URL", "DYNAMICS365_INSTANCE_URL"),
        ] {
            let expected =
                format!("{wrong} is not a setting of this program (did you mean {likely}?)");
            assert_eq!(complaint(&["PATH", wrong, "DYNAMICS365_SCOPE"]), Some(expected));
        }
        let without = complaint(&["DYNAMICS365_XYZZY"]).unwrap();
        assert!(without.contains("(known: DYNAMICS365_INSTANCE_URL, "), "{without}");
    }

    #[test]
    fn other_variables_are_ignored() {
        let known = ["PATH", "DYNAMICS_NAV", "DYNAMICS365_CACHE", "DYNAMICS365_REFRESH_TOKEN"];
        assert_eq!(complaint(&known), None);
    }

    #[test]
    fn says_what_is_missing_to_sign_in() {
        for (set, missing) in [
            (&[][..], "DYNAMICS365_INSTANCE_URL is not set"),
            (&["access_token"], "DYNAMICS365_INSTANCE_URL is not set"),
            (&["instance_url", "client_id", "client_secret"], "DYNAMICS365_TENANT_ID is not set"),
            (
                &["instance_url", "client_secret"],
                "DYNAMICS365_TENANT_ID and DYNAMICS365_CLIENT_ID are not set",
            ),
            (&["instance_url", "client_secret", "tenant_id"], "DYNAMICS365_CLIENT_ID is not set"),
            (&["instance_url", "refresh_token"], "DYNAMICS365_CLIENT_ID is not set"),
            (
                &["instance_url", "client_id"],
                "DYNAMICS365_TENANT_ID and DYNAMICS365_CLIENT_SECRET are not set",
            ),
            (
                &["instance_url"],
                "neither DYNAMICS365_ACCESS_TOKEN nor DYNAMICS365_TENANT_ID, DYNAMICS365_CLIENT_ID and DYNAMICS365_CLIENT_SECRET are set",
            ),
            (&["instance_url", "access_token"], ""),
            (&["instance_url", "refresh_token", "client_id"], ""),
            (&["instance_url", "client_id", "client_secret", "tenant_id"], ""),
        ] {
            let told = Told::default();
            for name in set {
                told.secrets.put(name, "x");
            }
            assert_eq!(told.missing().unwrap_or_default(), missing, "{set:?}");
        }
    }
}
