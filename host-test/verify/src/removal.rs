//! Removes what a verification created.

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::journal::Journal;
use crate::organization::Organization;
use crate::sender::Sender;
use crate::template::Variables;
use crate::transport::Transport;

/// The outcome of a removal.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// How many rows and tables were removed.
    pub removed: usize,
    /// What could not be removed or may still appear: `appointments(<id>)`. These entries stay in
    /// the journal.
    pub left: Vec<String>,
}

/// The sets whose rows carry the mark, with the columns of the key and of the mark.
const MARKED: [(&str, &str, &str); 3] = [
    ("appointments", "activityid", "subject"),
    ("appointments", "activityid", "location"),
    ("accounts", "accountid", "name"),
];

/// Removes what earlier runs created and left behind.
///
/// # Errors
///
/// Fails if the directory of the journals cannot be read.
pub async fn clean_up<T: Transport>(
    directory: &std::path::Path,
    organization: &Organization,
    transport: &T,
) -> std::io::Result<Left> {
    let (_never, stop) = watch::channel(false);
    let mut sender = Sender::new(organization, transport, stop);
    let mut all = Left::default();
    for mut journal in Journal::unfinished(directory, &organization.origin)? {
        // The run is over: a row that has not appeared by now never will.
        for made in journal.made() {
            journal.answered(&made.thing)?;
        }
        let Left { removed, left } = remove(&mut sender, &mut journal).await;
        all.removed += removed;
        all.left.extend(left);
    }
    Ok(all)
}

/// Removes what a run created, newest first, then any other row with its mark.
pub(crate) async fn remove<T: Transport>(
    sender: &mut Sender<'_, T>,
    journal: &mut Journal,
) -> Left {
    let mut left = Left::default();
    if !journal.was_used() {
        return left;
    }
    for made in journal.made() {
        let answer = sender.delete(&made.thing).await;
        match answer.map(|answer| answer.status()) {
            Ok(200..=299) => left.removed += 1,
            Ok(404) if made.answered => {}
            _ => {
                left.left.push(made.thing);
                continue;
            }
        }
        if journal.forget(&made.thing).is_err() {
            left.left.push(made.thing);
        }
    }
    for (set, key, column) in MARKED {
        for row in marked(sender, journal.mark(), (set, key, column)).await {
            let answer = sender.delete(&row).await;
            match answer.map(|answer| answer.status()) {
                Ok(200..=299) => left.removed += 1,
                _ if left.left.contains(&row) => {}
                _ => left.left.push(row),
            }
        }
    }
    if left.left.is_empty() && journal.finish().is_err() {
        left.left.push(journal.path().display().to_string());
    }
    left
}

/// The rows with the mark, whatever their ids.
async fn marked<T: Transport>(
    sender: &mut Sender<'_, T>,
    mark: &str,
    (set, key, column): (&str, &str, &str),
) -> Vec<String> {
    let variables: Variables = [("mark".to_owned(), json!(mark))].into();
    let target = format!("{set}?$select={key},{column}&$filter=contains({column},'{{mark}}')");
    let Ok(answer) = sender.read(&target, &variables).await else { return Vec::new() };
    let rows = answer.body.get("value").and_then(Value::as_array);
    // The filter alone is not trusted: only rows with the mark are removed.
    let own = rows.into_iter().flatten().filter(|row| {
        row.get(column).and_then(Value::as_str).is_some_and(|text| text.contains(mark))
    });
    let ids = own.filter_map(|row| row.get(key).and_then(Value::as_str));
    ids.filter(|id| uuid::Uuid::try_parse(id).is_ok()).map(|id| format!("{set}({id})")).collect()
}
