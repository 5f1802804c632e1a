//! `compose WHAT -o FILE`: writes the connector and other components of this repository as one
//! file.

use std::fs;
use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};

use crate::compose::Composition;
use crate::origin::Origin;
use clap::Args;

use super::Stop;
use crate::terminal;

const EXAMPLES: &str = "\
Examples:
  dynamics365-sales compose env -o d365.wasm
  wasmtime run -S http --env DYNAMICS365_INSTANCE_URL --env DYNAMICS365_ACCESS_TOKEN --invoke 'list-accounts({:})' d365.wasm
  dynamics365-sales compose gateway -o gateway.wasm && wasmtime serve -S cli -S http --env DYNAMICS365_GATEWAY_KEY … gateway.wasm
  dynamics365-sales compose config -o - | wasm-tools component wit";

/// The arguments of `compose`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Compose {
    /// What to compose
    what: Composition,
    /// Where to write the component; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    origin: OriginArguments,
}

/// The component's origin in its metadata.
#[derive(Args)]
pub(crate) struct OriginArguments {
    /// The revision of its source; by default the one this program was built from, if known
    #[arg(long)]
    revision: Option<String>,
    /// The URL of its source
    #[arg(long, value_name = "URL")]
    source: Option<String>,
}

impl OriginArguments {
    pub(crate) fn origin(&self) -> Origin {
        let known = Origin::of_this_build();
        Origin {
            revision: self.revision.clone().or(known.revision),
            source: self.source.clone().or(known.source),
            version: known.version,
        }
    }
}

impl Compose {
    pub(crate) fn run(self) -> Result<(), Stop> {
        let to_stdout = self.output == Path::new("-");
        if to_stdout && stdout().is_terminal() {
            return Err(Stop::Usage(
                "a component is binary and stdout is a terminal (use `-o FILE` or a pipe)"
                    .to_owned(),
            ));
        }
        let component = self.what.build(&self.origin.origin())?;
        let file = self.output.display();
        if to_stdout { terminal::bytes(&component) } else { fs::write(&self.output, &component) }
            .map_err(|error| match to_stdout {
            true => error.into(),
            false => Stop::Failed(format!("cannot write `{file}`: {error}")),
        })?;
        if !to_stdout {
            terminal::note(terminal::quiet(format_args!("{file}: {} bytes", component.len())));
        }
        Ok(())
    }
}
