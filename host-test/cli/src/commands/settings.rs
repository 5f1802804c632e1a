//! The component's settings for all commands: quick to start, with the cache that the environment
//! names.

use std::env;
use std::path::PathBuf;

use host_test::{CodeCache, EngineSettings, Settings};

/// Names a directory for compiled components, or is `off`.
const CACHE: &str = "DYNAMICS365_CACHE";

/// The settings of every command.
pub(crate) fn settings() -> Settings {
    let cache = match env::var_os(CACHE) {
        None => CodeCache::Platform,
        Some(off) if off.is_empty() || off == "off" => CodeCache::Off,
        Some(directory) => CodeCache::Directory(PathBuf::from(directory)),
    };
    Settings {
        engine: EngineSettings { cache, ..EngineSettings::of_few_calls() },
        ..Settings::default()
    }
}
