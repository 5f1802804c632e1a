//! The network settings from the environment, in variables that many programs use.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, fs};

use host_test::Network;

use super::Stop;

/// The variables with a proxy: the first one set counts, as with curl.
const PROXY: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
/// The hosts without a proxy.
const EXCEPT: [&str; 2] = ["no_proxy", "NO_PROXY"];
/// A file with PEM certificates.
const FILE: &str = "SSL_CERT_FILE";
/// Directories of such files.
const DIRECTORIES: &str = "SSL_CERT_DIR";

/// The network settings, read once per process. `HTTP_PROXY` has no effect: plain HTTP goes only to
/// this machine.
///
/// # Errors
///
/// Fails with [`Stop`] if a variable is malformed or its file cannot be read; the message contains
/// no password.
pub(crate) fn network() -> Result<Network, Stop> {
    // A command needs them for the login, for its calls, and for `verify`'s own requests.
    static READ: Mutex<Option<Network>> = Mutex::new(None);
    let mut known = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(network) = &*known {
        return Ok(network.clone());
    }
    let network = read()?;
    Ok(known.insert(network).clone())
}

fn read() -> Result<Network, Stop> {
    let mut network = through(Network::default())?;
    if let Some(path) = path(FILE) {
        let named = format!("{FILE}: `{}`", path.display());
        let pem = fs::read(&path)
            .map_err(|error| Stop::Failed(format!("{named} cannot be read: {error}")))?;
        network.trust(&pem).map_err(|reason| Stop::Failed(format!("{named} {reason}")))?;
    }
    let directories = path(DIRECTORIES);
    for directory in directories.iter().flat_map(env::split_paths) {
        trust_all_in(&mut network, &directory)
            .map_err(|reason| Stop::Failed(format!("{DIRECTORIES}: {reason}")))?;
    }
    Ok(network)
}

/// Trusts the certificates in each file of a directory, which may also contain other files.
fn trust_all_in(network: &mut Network, directory: &Path) -> Result<(), String> {
    let named = format!("`{}`", directory.display());
    let entries =
        fs::read_dir(directory).map_err(|error| format!("{named} cannot be read: {error}"))?;
    let mut is_any = false;
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| !is_alias(path)) {
        is_any |= fs::read(path).is_ok_and(|pem| network.trust(&pem).is_ok());
    }
    if is_any { Ok(()) } else { Err(format!("{named} has no file with a certificate in PEM")) }
}

/// Whether a file is another name of one in the same directory: OpenSSL finds certificates by such
/// links, which would double the time.
fn is_alias(path: &Path) -> bool {
    fs::read_link(path).is_ok_and(|target| target.parent() == Some(Path::new("")))
}

fn path(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn through(network: Network) -> Result<Network, Stop> {
    let Some((name, proxy)) = first(&PROXY)? else { return Ok(network) };
    let except = first(&EXCEPT)?.map(|(_, value)| value).unwrap_or_default();
    network.through(&proxy, &except).map_err(|reason| Stop::Failed(format!("{name} {reason}")))
}

/// The first of these variables that is set. An empty one means none, as with curl.
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
