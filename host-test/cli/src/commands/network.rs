//! The way into the network, as the environment describes it: variables that many programs know.

use std::{env, fs};

use host_test::Network;

use super::Stop;

/// Where a proxy is named: the first that is set counts, as curl has it.
const PROXY: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
/// What is reached without one.
const EXCEPT: [&str; 2] = ["no_proxy", "NO_PROXY"];
/// A file of certificates in PEM.
const CERTIFICATES: &str = "SSL_CERT_FILE";

/// The way into the network. `HTTP_PROXY` has no say: plain HTTP goes to this machine only.
///
/// # Errors
///
/// [`Stop`], when a variable is not understood, or its file cannot be read; no password is in its words.
pub(crate) fn network() -> Result<Network, Stop> {
    let network = through(Network::default())?;
    let Some(path) = env::var_os(CERTIFICATES).filter(|path| !path.is_empty()) else {
        return Ok(network);
    };
    let named = format!("{CERTIFICATES}: `{}`", path.display());
    let pem = fs::read(&path)
        .map_err(|error| Stop::Failed(format!("{named} cannot be read: {error}")))?;
    network.trusting(&pem).map_err(|reason| Stop::Failed(format!("{named} {reason}")))
}

fn through(network: Network) -> Result<Network, Stop> {
    let Some((name, proxy)) = first(&PROXY)? else { return Ok(network) };
    let except = first(&EXCEPT)?.map(|(_, value)| value).unwrap_or_default();
    network.through(&proxy, &except).map_err(|reason| Stop::Failed(format!("{name} {reason}")))
}

/// The first of these variables that is set. An empty one says that there is none, as it does to curl.
fn first(names: &[&'static str]) -> Result<Option<(&'static str, String)>, Stop> {
    for &name in names {
        if let Some(value) = env::var_os(name) {
            let value = value.into_string();
            let value = value.map_err(|_| Stop::Failed(format!("{name} is not UTF-8")))?;
            return Ok(Some((name, value)).filter(|(_, value)| !value.trim().is_empty()));
        }
    }
    Ok(None)
}
