//! `call ACTION [JSON]`: one action, through `plugin.invoke`.

use std::io::{IsTerminal, Read};

use clap::Args;
use serde_json::Value;

use super::{Stop, organization};
use crate::terminal;

/// The arguments of `call`.
#[derive(Args)]
pub(crate) struct Call {
    /// Name of the action: `list_accounts`
    action: String,
    /// Its input, a JSON object; `-` reads it from stdin
    #[arg(value_name = "JSON", default_value = "{}", hide_default_value = true)]
    input: String,
}

impl Call {
    pub(crate) async fn run(self) -> Result<(), Stop> {
        let input = self.input()?;
        let (connector, secrets) = organization::connect()?;
        let known = actions(&connector.describe().await?)?;
        if !known.contains(&self.action) {
            return Err(Stop::Usage(format!(
                "there is no action `{}`; there are: {}",
                self.action,
                known.join(", ")
            )));
        }
        let answer = connector.invoke(&secrets, &self.action, &input).await?;
        terminal::answer(&answer);
        let answer: Value = serde_json::from_str(&answer)
            .map_err(|error| Stop::Failed(format!("the component's answer is no JSON: {error}")))?;
        if answer["success"] == true {
            return Ok(());
        }
        let reason = answer["error"].as_str().unwrap_or("it does not say why");
        Err(Stop::Failed(format!("`{}` failed: {reason}", self.action)))
    }

    /// The input, which has to be a JSON object.
    fn input(&self) -> Result<String, Stop> {
        let mut text = self.input.clone();
        if text == "-" {
            text.clear();
            let mut stdin = std::io::stdin();
            if stdin.is_terminal() {
                terminal::note("reading the input, a JSON object, up to Ctrl-D");
            }
            stdin
                .read_to_string(&mut text)
                .map_err(|error| Stop::Usage(format!("stdin cannot be read: {error}")))?;
        }
        match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(_)) => Ok(text),
            Ok(_) => Err(Stop::Usage("the input is JSON, but not an object `{…}`".to_owned())),
            Err(error) => Err(Stop::Usage(format!("the input is not JSON: {error}"))),
        }
    }
}

/// The names of the actions in the manifest.
fn actions(manifest: &str) -> Result<Vec<String>, Stop> {
    let manifest: Value = serde_json::from_str(manifest)
        .map_err(|error| Stop::Failed(format!("the component's manifest is no JSON: {error}")))?;
    let actions = manifest["actions"].as_array().into_iter().flatten();
    Ok(actions.filter_map(|action| action["name"].as_str()).map(str::to_owned).collect())
}
