//! The machine of the figures.

use std::fmt;
use std::fs;
use std::thread;

/// The machine and the versions.
pub struct Machine {
    processor: String,
    cores: usize,
}

impl Machine {
    /// This one.
    pub fn this() -> Self {
        Machine {
            processor: processor(),
            cores: thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { processor, cores } = self;
        write!(
            f,
            "{processor}, {cores} cores, {} {}; ",
            std::env::consts::OS,
            std::env::consts::ARCH
        )?;
        write!(f, "{}", components::RUSTC)?;
        for name in ["wasmtime", "hyper", "tokio", "wit-bindgen", "wasip2", "talc"] {
            write!(f, ", {name} {}", version(name))?;
        }
        Ok(())
    }
}

/// The processor's name, if the system has it in a file.
fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let named = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    named.map_or_else(|| "processor unknown".to_owned(), |(_, name)| name.trim().to_owned())
}

/// The version of a built-in package, from the lock file.
fn version(name: &str) -> &'static str {
    let lock = include_str!("../../../../Cargo.lock");
    let entry = format!("name = \"{name}\"\nversion = \"");
    // The newest and last of several: the others belong to dependencies.
    let rest = lock.rsplit_once(&entry).map_or("unknown", |(_, rest)| rest);
    rest.split('"').next().unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_built_in_versions() {
        assert!(version("wasmtime").starts_with("48."));
        assert_eq!(version("none such"), "unknown");
        assert!(Machine::this().to_string().contains("rustc 1."));
    }
}
