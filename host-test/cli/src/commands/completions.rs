//! `completions SHELL`: completions for a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Arguments, Stop, call};
use crate::terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  dynamics365-sales completions bash > ~/.local/share/bash-completion/completions/dynamics365-sales
  dynamics365-sales completions zsh > ~/.zfunc/_dynamics365-sales
  dynamics365-sales completions fish > ~/.config/fish/completions/dynamics365-sales.fish
  dynamics365-sales completions powershell >> $PROFILE";

/// The arguments of `completions`.
#[derive(Args)]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(crate) async fn run(self) -> Result<(), Stop> {
        let manifest = call::manifest().await?;
        let mut command = Arguments::command();
        let name = command.get_name().to_owned();
        command =
            command.mut_subcommand("call", |known| call::command(&manifest).about(about(&known)));
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut command, &name, &mut text);
        let mut text = String::from_utf8_lossy(&text).into_owned();
        if self.shell == Shell::Bash {
            // clap_complete 4.6.11 writes a name with a hyphen in two ways, and bash finds only one
            // of them.
            let (found, lost) = (name.replace('-', "__"), name.replace('-', "__subcmd__"));
            text = text.replace(&lost, &found);
        }
        terminal::bytes((text.trim_end().to_owned() + "\n").as_bytes())?;
        Ok(())
    }
}

fn about(command: &clap::Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}
