//! The journal of what a verification creates, on disk before the creating request is sent.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What one verification has created and not yet removed, in a file of its own.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: Option<File>,
    head: Head,
    /// What was created, in order, and whether its request is known to be over.
    made: BTreeMap<usize, Made>,
    next: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Head {
    organization: String,
    mark: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// The path for the removal: `appointments(<id>)`.
    pub(crate) thing: String,
    /// Whether the creating request was answered; if not, the row may still appear.
    pub(crate) answered: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Run(Head),
    Makes(String),
    Answered(String),
    Removed(String),
}

impl Journal {
    /// A journal for a run against this organization. The file is created with the first entry.
    pub fn begin(directory: &Path, organization: &str) -> Journal {
        let run = uuid::Uuid::new_v4().simple().to_string();
        let run = &run[..8];
        Journal {
            path: directory.join(format!("verify-{run}.jsonl")),
            file: None,
            head: Head {
                organization: organization.to_owned(),
                mark: format!("dynamics365-sales verify {run}"),
            },
            made: BTreeMap::new(),
            next: 0,
        }
    }

    /// The journals of earlier, unfinished runs against this organization.
    ///
    /// # Errors
    ///
    /// Fails if the directory or a file in it cannot be read.
    pub fn unfinished(directory: &Path, organization: &str) -> io::Result<Vec<Journal>> {
        let files = match fs::read_dir(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let mut journals = Vec::new();
        for file in files {
            let path = file?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("verify-") && name.ends_with(".jsonl") {
                let journal = Journal::read(&path)?;
                journals.extend(journal.filter(|own| own.head.organization == organization));
            }
        }
        journals.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(journals)
    }

    /// The mark in the subject or name of every row that this run creates.
    pub fn mark(&self) -> &str {
        &self.head.mark
    }

    /// The path of the journal's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read(path: &Path) -> io::Result<Option<Journal>> {
        let text = fs::read_to_string(path)?;
        // The last line may be incomplete; in that case its request was never sent.
        let mut lines = text.lines().filter_map(|line| serde_json::from_str(line).ok());
        let Some(Line::Run(head)) = lines.next() else { return Ok(None) };
        let mut file = OpenOptions::new().append(true).open(path)?;
        if !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        let mut journal = Journal {
            path: path.to_owned(),
            file: Some(file),
            head,
            made: BTreeMap::new(),
            next: 0,
        };
        for line in lines {
            journal.apply(&line);
        }
        Ok(Some(journal))
    }

    /// Records an entry and returns whether it is new. Once this returns, the entry outlives the
    /// process.
    pub(crate) fn remember(&mut self, thing: &str) -> io::Result<bool> {
        let is_new = !self.made.values().any(|made| made.thing == thing);
        self.write(&Line::Makes(thing.to_owned()))?;
        Ok(is_new)
    }

    /// Records that the creating request was answered.
    pub(crate) fn answered(&mut self, thing: &str) -> io::Result<()> {
        self.write(&Line::Answered(thing.to_owned()))
    }

    /// Drops an entry: it was removed, or never existed.
    pub(crate) fn forget(&mut self, thing: &str) -> io::Result<()> {
        self.write(&Line::Removed(thing.to_owned()))
    }

    /// The remaining entries, newest first.
    pub(crate) fn made(&self) -> Vec<Made> {
        self.made.values().rev().cloned().collect()
    }

    /// Whether anything was ever recorded.
    pub(crate) fn was_used(&self) -> bool {
        self.file.is_some()
    }

    /// Removes the file.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        match self.file.take() {
            Some(_) => fs::remove_file(&self.path),
            None => Ok(()),
        }
    }

    fn apply(&mut self, line: &Line) {
        match line {
            Line::Run(_) => {}
            Line::Makes(thing) => {
                self.made.retain(|_, made| made.thing != *thing);
                self.made.insert(self.next, Made { thing: thing.clone(), answered: false });
                self.next += 1;
            }
            Line::Answered(thing) => {
                let own = self.made.values_mut().filter(|made| made.thing == *thing);
                own.for_each(|made| made.answered = true);
            }
            Line::Removed(thing) => self.made.retain(|_, made| made.thing != *thing),
        }
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        if self.file.is_none() {
            if let Some(directory) = self.path.parent() {
                fs::create_dir_all(directory)?;
            }
            let mut options = OpenOptions::new();
            options.append(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&self.path)?;
            append(&mut file, &Line::Run(self.head.clone()))?;
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            append(file, line)?;
        }
        self.apply(line);
        Ok(())
    }
}

/// Appends a line, which outlives the process at once. The lines that must outlive the machine are
/// also synchronized to disk: the mark, by which rows are found, and tables, which carry no mark.
fn append(file: &mut File, line: &Line) -> io::Result<()> {
    let text = serde_json::to_string(line)? + "\n";
    file.write_all(text.as_bytes())?;
    match line {
        Line::Run(_) => file.sync_all(),
        Line::Makes(thing) if thing.starts_with("EntityDefinitions") => file.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn things(journal: &Journal) -> Vec<String> {
        journal.made().into_iter().map(|made| made.thing).collect()
    }

    #[test]
    fn reads_the_entries_that_a_crash_left() {
        let directory = tempfile::tempdir().unwrap();
        let mut journal = Journal::begin(directory.path(), "https://a");
        assert!(journal.remember("appointments(1)").unwrap());
        assert!(!journal.remember("appointments(1)").unwrap());
        journal.answered("appointments(1)").unwrap();
        journal.remember("accounts(2)").unwrap();
        journal.remember("accounts(3)").unwrap();
        journal.forget("accounts(2)").unwrap();
        // The process died during the write.
        fs::OpenOptions::new()
            .append(true)
            .open(journal.path())
            .unwrap()
            .write_all(b"{\"mak")
            .unwrap();

        let [again] = &mut Journal::unfinished(directory.path(), "https://a").unwrap()[..] else {
            panic!("not one")
        };
        assert_eq!(things(again), ["accounts(3)", "appointments(1)"]);
        assert!(again.made()[1].answered && !again.made()[0].answered);
        assert_eq!(again.mark(), journal.mark());
        again.forget("accounts(3)").unwrap();
        let [third] = &Journal::unfinished(directory.path(), "https://a").unwrap()[..] else {
            panic!("not one")
        };
        assert_eq!(things(third), ["appointments(1)"]);
        assert!(Journal::unfinished(directory.path(), "https://b").unwrap().is_empty());
    }

    #[test]
    fn a_run_that_creates_nothing_leaves_no_file() {
        let directory = tempfile::tempdir().unwrap();
        let mut journal = Journal::begin(&directory.path().join("deep"), "https://a");
        journal.finish().unwrap();
        assert!(!journal.path().exists());
    }
}
