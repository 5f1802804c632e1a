//! The file of a login: readable only by its owner, and always complete.

use std::env;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use tempfile::NamedTempFile;

use super::Login;

/// Names a directory other than the default.
pub(crate) const DIRECTORY_VARIABLE: &str = "DYNAMICS365_CONFIG_DIR";

/// The name of the default profile.
pub(crate) const DEFAULT: &str = "default";

const FILE: &str = "login.json";
/// The directory of named profiles.
const PROFILES: &str = "profiles";
/// The file to lock if a directory cannot be locked.
#[cfg(not(unix))]
const LOCK: &str = "login.lock";
/// The prefix of unfinished files.
const UNFINISHED: &str = ".login-";

/// The store of this user's login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Store {
    directory: PathBuf,
}

impl Store {
    /// The store of a profile, or of the default one, in the user's directory.
    ///
    /// # Errors
    ///
    /// Fails with one sentence if the name is not valid for a profile, or if the user has no
    /// directory.
    pub(crate) fn of_user(profile: Option<&str>) -> Result<Store, String> {
        let own = Store::unnamed().ok_or_else(|| {
            format!("no directory for the user's settings was found: set `{DIRECTORY_VARIABLE}`")
        })?;
        let Some(name) = profile.filter(|name| *name != DEFAULT) else { return Ok(own) };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.bytes().all(plain) {
            return Err(format!(
                "`{name}` cannot be the name of a profile (expected letters, digits, `-`, `_` and `.`)"
            ));
        }
        Ok(Store { directory: own.directory.join(PROFILES).join(name) })
    }

    /// The names of the profiles with a login, the default one first.
    pub(crate) fn profiles() -> Vec<String> {
        let Some(own) = Store::unnamed() else { return Vec::new() };
        let entries = fs::read_dir(own.directory.join(PROFILES)).into_iter().flatten().flatten();
        let named = entries.filter(|entry| entry.path().join(FILE).is_file());
        let mut names: Vec<String> =
            named.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        if own.path().is_file() {
            names.insert(0, DEFAULT.to_owned());
        }
        names
    }

    /// `$DYNAMICS365_CONFIG_DIR`, else `dynamics365-sales` where the user's settings are
    /// (`~/.config` unless `$XDG_CONFIG_HOME` says otherwise; on Windows `%APPDATA%`). `None` for a
    /// user without a home directory.
    fn unnamed() -> Option<Store> {
        let told = env::var_os(DIRECTORY_VARIABLE).filter(|value| !value.is_empty());
        let directory = told.map(PathBuf::from).or_else(|| {
            let usual = etcetera::choose_base_strategy().ok()?;
            Some(usual.config_dir().join("dynamics365-sales"))
        })?;
        Some(Store { directory })
    }

    /// A store in this directory.
    #[cfg(test)]
    pub(crate) fn new(directory: &Path) -> Store {
        Store { directory: directory.to_owned() }
    }

    /// The file.
    pub(crate) fn path(&self) -> PathBuf {
        self.directory.join(FILE)
    }

    /// The login, if any.
    ///
    /// # Errors
    ///
    /// Fails with one sentence if the file cannot be read or is not a login.
    pub(crate) fn load(&self) -> Result<Option<Login>, String> {
        let path = self.path();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("`{}` cannot be read: {error}", path.display())),
        };
        // The parser's message may quote the file, which contains tokens.
        serde_json::from_slice(&text).map(Some).map_err(|_| {
            format!(
                "`{}` holds no login that this version can read (run `logout`, then `login`)",
                path.display()
            )
        })
    }

    /// Replaces the login. If two processes do so at the same time, the last one wins, with a
    /// complete file.
    ///
    /// # Errors
    ///
    /// Fails with one sentence if it cannot be written; the file then stays unchanged.
    pub(crate) fn save(&self, login: &Login) -> Result<(), String> {
        let failed =
            |error| format!("the login cannot be kept in `{}`: {error}", self.directory.display());
        let written = self.write(login).map_err(failed)?;
        written.persist(self.path()).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Locks the store against other processes until the value is dropped. Waits for the current
    /// holder.
    ///
    /// # Errors
    ///
    /// Fails if this machine has no such locks.
    pub(crate) fn lock(&self) -> std::io::Result<fs::File> {
        create(&self.directory)?;
        // A directory can be locked here, so no extra file is left behind.
        #[cfg(unix)]
        let file = fs::File::open(&self.directory)?;
        #[cfg(not(unix))]
        let file = fs::File::create(self.directory.join(LOCK))?;
        file.lock()?;
        Ok(file)
    }

    /// Removes the login and the remains of interrupted processes; returns whether a login existed.
    ///
    /// # Errors
    ///
    /// Fails with one sentence if a file cannot be removed.
    pub(crate) fn remove(&self) -> Result<bool, String> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => {
                return Err(format!("`{}` cannot be read: {error}", self.directory.display()));
            }
        };
        let mut was_there = false;
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name != FILE && !name.starts_with(UNFINISHED) {
                continue;
            }
            fs::remove_file(entry.path()).map_err(|error| {
                format!("`{}` cannot be removed: {error}", entry.path().display())
            })?;
            was_there |= name == FILE;
        }
        Ok(was_there)
    }

    /// Writes a login next to the file: only for its owner (0600) from the first byte, and flushed
    /// to disk before it replaces the file.
    fn write(&self, login: &Login) -> std::io::Result<NamedTempFile> {
        create(&self.directory)?;
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.directory)?;
        let text = serde_json::to_vec_pretty(login)?;
        file.write_all(&text)?;
        file.as_file().sync_all()?;
        Ok(file)
    }
}

/// Creates a directory only for its owner, unless it exists.
fn create(directory: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(refresh_token: &str) -> Login {
        Login {
            instance_url: "https://org.crm.dynamics.com".to_owned(),
            tenant_id: "organizations".to_owned(),
            client_id: "app".to_owned(),
            authority: "https://login.microsoftonline.com".to_owned(),
            scope: "https://org.crm.dynamics.com/user_impersonation offline_access".to_owned(),
            refresh_token: refresh_token.to_owned(),
            access_token: None,
            access_token_expires_at: None,
        }
    }

    fn store() -> (tempfile::TempDir, Store) {
        let home = tempfile::tempdir().unwrap();
        let store = Store::new(&home.path().join("settings/dynamics365-sales"));
        (home, store)
    }

    fn kept(store: &Store) -> String {
        store.load().unwrap().unwrap().refresh_token
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it_from_the_first_byte() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_home, store) = store();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let unfinished = store.write(&login("first")).unwrap();
        assert_eq!(mode(unfinished.path()), 0o600);
        store.save(&login("second")).unwrap();
        assert_eq!(mode(&store.path()), 0o600);
        assert_eq!(mode(&store.directory), 0o700);
    }

    #[test]
    fn a_crash_before_the_rename_leaves_the_old_login() {
        let (_home, store) = store();
        store.save(&login("old")).unwrap();
        // A process that ends here leaves a temporary file.
        let unfinished = store.write(&login("new")).unwrap();
        let (_, left) = unfinished.keep().unwrap();
        assert_eq!(kept(&store), "old");
        store.save(&login("newer")).unwrap();
        assert_eq!(kept(&store), "newer");
        assert!(left.exists());
        assert_eq!(store.remove(), Ok(true));
        assert_eq!(store.remove(), Ok(false));
        assert!(!left.exists());
    }

    #[test]
    fn reports_an_invalid_login_without_quoting_it() {
        let (_home, store) = store();
        store.save(&login("x")).unwrap();
        fs::write(store.path(), r#"{"refresh_token": 12345, "secret-looking"}"#).unwrap();
        let error = store.load().err().unwrap();
        assert!(error.contains("holds no login"), "{error}");
        assert!(!error.contains("secret-looking") && !error.contains("12345"), "{error}");
    }
}
