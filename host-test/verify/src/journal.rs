//! What a verification makes, on disk before the request that makes it is sent.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The things that one verification has made and not yet removed, in a file of its own.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: Option<File>,
    head: Head,
    /// What was made, in order, and whether it is sure that the request which makes it is over.
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
    /// As it is removed: `appointments(<id>)`.
    pub(crate) thing: String,
    /// Whether the request that makes it was answered: otherwise it may still be made.
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
    /// A journal for a run against this organization; its file comes with the first thing that is made.
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

    /// The journals of earlier runs against this organization that were not finished.
    ///
    /// # Errors
    ///
    /// When the directory or a file in it cannot be read.
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

    /// What stands in the subject of every row that this run makes.
    pub fn mark(&self) -> &str {
        &self.head.mark
    }

    /// Where it is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read(path: &Path) -> io::Result<Option<Journal>> {
        let text = fs::read_to_string(path)?;
        // The last line may be half written: the request it speaks of was not sent then.
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

    /// Remembers a thing; whether it was not remembered before. Once this returns it outlives the process.
    pub(crate) fn remember(&mut self, thing: &str) -> io::Result<bool> {
        let is_new = !self.made.values().any(|made| made.thing == thing);
        self.write(&Line::Makes(thing.to_owned()))?;
        Ok(is_new)
    }

    /// Notes that the request which makes a thing was answered.
    pub(crate) fn answered(&mut self, thing: &str) -> io::Result<()> {
        self.write(&Line::Answered(thing.to_owned()))
    }

    /// Forgets a thing: it is gone, or never was.
    pub(crate) fn forget(&mut self, thing: &str) -> io::Result<()> {
        self.write(&Line::Removed(thing.to_owned()))
    }

    /// What is left, newest first.
    pub(crate) fn made(&self) -> Vec<Made> {
        self.made.values().rev().cloned().collect()
    }

    /// Whether anything was ever remembered.
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

/// Appends a line. It outlives the process at once; what must outlive the machine is waited for: the mark, by which rows
/// are found, and tables, which have none.
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
    fn what_a_crash_leaves_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let mut journal = Journal::begin(directory.path(), "https://a");
        assert!(journal.remember("appointments(1)").unwrap());
        assert!(!journal.remember("appointments(1)").unwrap());
        journal.answered("appointments(1)").unwrap();
        journal.remember("accounts(2)").unwrap();
        journal.remember("accounts(3)").unwrap();
        journal.forget("accounts(2)").unwrap();
        // The process died while it wrote.
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
    fn a_run_that_makes_nothing_leaves_no_file() {
        let directory = tempfile::tempdir().unwrap();
        let mut journal = Journal::begin(&directory.path().join("deep"), "https://a");
        journal.finish().unwrap();
        assert!(!journal.path().exists());
    }
}
