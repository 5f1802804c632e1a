//! The file that a login is kept in: readable by its owner only, and always whole.

use std::env;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use tempfile::NamedTempFile;

use super::Login;

/// Names another directory than the usual one.
pub(crate) const DIRECTORY_VARIABLE: &str = "DYNAMICS365_CONFIG_DIR";

/// The name of the profile that is used without a name.
pub(crate) const DEFAULT: &str = "default";

const FILE: &str = "login.json";
/// The directory of those that have a name.
const PROFILES: &str = "profiles";
/// What is locked where a directory cannot be.
#[cfg(not(unix))]
const LOCK: &str = "login.lock";
/// How the name of a file begins that was not finished.
const UNFINISHED: &str = ".login-";

/// Where the login of this user is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Store {
    directory: PathBuf,
}

impl Store {
    /// The store of a profile, or of the one that is used without a name, in the user's directory.
    ///
    /// # Errors
    ///
    /// One sentence, when the name is none for a profile, or the user has no directory.
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

    /// The names of the profiles that have a login, the one that is used without a name first.
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

    /// `$DYNAMICS365_CONFIG_DIR`, else `dynamics365-sales` where the user's settings are (`~/.config` unless
    /// `$XDG_CONFIG_HOME` says otherwise; on Windows `%APPDATA%`). None for a user without a home.
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

    /// The login, if there is one.
    ///
    /// # Errors
    ///
    /// One sentence, when the file cannot be read or holds something else.
    pub(crate) fn load(&self) -> Result<Option<Login>, String> {
        let path = self.path();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("`{}` cannot be read: {error}", path.display())),
        };
        // The words of the parser may quote the file, which holds tokens.
        serde_json::from_slice(&text).map(Some).map_err(|_| {
            format!(
                "`{}` holds no login that this version can read (run `logout`, then `login`)",
                path.display()
            )
        })
    }

    /// Keeps a login in the place of the one before. Of two processes that do so at once the last one wins, with a whole
    /// file.
    ///
    /// # Errors
    ///
    /// One sentence, when it cannot be written; the file is then as it was.
    pub(crate) fn save(&self, login: &Login) -> Result<(), String> {
        let failed =
            |error| format!("the login cannot be kept in `{}`: {error}", self.directory.display());
        let written = self.write(login).map_err(failed)?;
        written.persist(self.path()).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Keeps other processes from what is done under the lock, until the value is dropped. Waits for whoever has it.
    ///
    /// # Errors
    ///
    /// When this machine has no such locks.
    pub(crate) fn lock(&self) -> std::io::Result<fs::File> {
        create(&self.directory)?;
        // A directory can be locked here, so that no other file is left.
        #[cfg(unix)]
        let file = fs::File::open(&self.directory)?;
        #[cfg(not(unix))]
        let file = fs::File::create(self.directory.join(LOCK))?;
        file.lock()?;
        Ok(file)
    }

    /// Removes the login and what an interrupted process may have left; whether there was one.
    ///
    /// # Errors
    ///
    /// One sentence, when a file cannot be removed.
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

    /// Writes a login beside the file: for its owner only (0600) from the first byte, and on the disk before it takes the
    /// file's place.
    fn write(&self, login: &Login) -> std::io::Result<NamedTempFile> {
        create(&self.directory)?;
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.directory)?;
        let text = serde_json::to_vec_pretty(login)?;
        file.write_all(&text)?;
        file.as_file().sync_all()?;
        Ok(file)
    }
}

/// Makes a directory for its owner only, unless it exists.
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
        // What a process leaves that ends here: a file that nobody removes.
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
    fn says_that_a_file_is_no_login_without_quoting_it() {
        let (_home, store) = store();
        store.save(&login("x")).unwrap();
        fs::write(store.path(), r#"{"refresh_token": 12345, "secret-looking"}"#).unwrap();
        let error = store.load().err().unwrap();
        assert!(error.contains("holds no login"), "{error}");
        assert!(!error.contains("secret-looking") && !error.contains("12345"), "{error}");
    }
}
