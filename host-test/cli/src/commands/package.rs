//! `package WHAT -o DIR`: writes the files of an OCI image layout, for a registry, and a bill of
//! materials next to them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::compose::Composition;
use crate::oci;
use crate::sbom::sbom;
use clap::Args;

use super::Stop;
use super::compose::OriginArguments;
use crate::terminal;

const EXAMPLES: &str = "\
Examples:
  dynamics365-sales package -o d365-oci
  dynamics365-sales package env -o d365-oci --tag 0.1.0
  oras cp --from-oci-layout d365-oci:0.1.0 registry.example.com/d365:0.1.0";

/// The arguments of `package`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Package {
    /// What to package
    #[arg(default_value = "connector")]
    what: Composition,
    /// The directory to write; it is created if missing, and must be empty
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// The tag of the artifact
    #[arg(long, default_value = env!("CARGO_PKG_VERSION"))]
    tag: String,
    #[command(flatten)]
    origin: OriginArguments,
}

impl Package {
    pub(crate) fn run(self) -> Result<(), Stop> {
        let directory = self.output.display();
        if fs::read_dir(&self.output).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Stop::Usage(format!("`{directory}` is not empty: choose a new directory")));
        }
        let origin = self.origin.origin();
        let component = self.what.build(&origin)?;
        for file in oci::layout(&component, self.what.title(), &origin, &self.tag)? {
            write(&self.output.join(&file.path), &file.bytes)?;
        }
        let sbom = sbom(&component, self.what.title(), &self.what.packages(), &origin);
        let mut beside = self.output.clone().into_os_string();
        beside.push(".cdx.json");
        write(Path::new(&beside), format!("{sbom:#}\n").as_bytes())?;
        let beside = Path::new(&beside).display();
        terminal::note(terminal::quiet(format_args!(
            "{directory}: tag {}; its bill of materials: {beside}",
            self.tag
        )));
        Ok(())
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let directory = path.parent().map_or(Ok(()), fs::create_dir_all);
    directory
        .and_then(|()| fs::write(path, bytes))
        .map_err(|error| Stop::Failed(format!("cannot write `{}`: {error}", path.display())))
}
