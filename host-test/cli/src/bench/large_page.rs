//! A page of 5,000 contacts through `find_contact`: in the component, and natively in several ways.

use bytes::Bytes;
use serde_json::json;

use super::compare::ratio;
use super::native::Native;
use super::page::{self, Answered, FILTER};
use super::{Bar, Effort, MeasureError, Row, Value};
use host_test::actions::FindContactInput;

/// The same page for both.
pub struct LargePage {
    body: Bytes,
    answered: Answered,
    native: Native,
    input: String,
}

impl LargePage {
    /// This many contacts.
    ///
    /// # Errors
    ///
    /// Fails with [`MeasureError`] if the page cannot be created.
    pub fn new(rows: usize) -> Result<Self, MeasureError> {
        let body = page::body(rows)?;
        let answered = Answered::with(&body, false)?;
        let native = Native { answer: body.clone() };
        Ok(LargePage { body, answered, native, input: json!({"filter": FILTER}).to_string() })
    }

    /// The size of the response body, in bytes.
    pub fn bytes(&self) -> usize {
        self.body.len()
    }

    /// Through `plugin.invoke`, in the component.
    ///
    /// # Errors
    ///
    /// Fails with [`MeasureError`] if the call fails.
    pub fn component_invoke(&self) -> Result<String, MeasureError> {
        let Answered { connector, secrets, .. } = &self.answered;
        let answer = self.answered.wait(connector.invoke(secrets, "find_contact", &self.input))?;
        self.complete(answer)
    }

    /// Through `plugin.invoke`, natively.
    ///
    /// # Errors
    ///
    /// Fails like [`LargePage::component_invoke`].
    pub fn native_invoke(&self) -> Result<String, MeasureError> {
        self.complete(self.native.invoke("find_contact", &self.input))
    }

    /// The result of [`LargePage::native_invoke`], produced with `serde_json` instead of the core.
    ///
    /// # Errors
    ///
    /// Fails like [`LargePage::component_invoke`].
    pub fn native_serde(&self) -> Result<String, MeasureError> {
        self.complete(super::serde::found(&self.body)?)
    }

    /// The same, produced with `sonic-rs`.
    ///
    /// # Errors
    ///
    /// Fails like [`LargePage::component_invoke`].
    pub fn native_sonic(&self) -> Result<String, MeasureError> {
        self.complete(super::sonic::found(&self.body)?)
    }

    /// The result of [`LargePage::component_typed`], produced with `sonic-rs`.
    ///
    /// # Errors
    ///
    /// Fails like [`LargePage::component_invoke`].
    pub fn native_sonic_texts(&self) -> Result<Vec<String>, MeasureError> {
        super::sonic::texts(&self.body)
    }

    /// Through the typed function, in the component.
    ///
    /// # Errors
    ///
    /// Fails like [`LargePage::component_invoke`].
    pub fn component_typed(&self) -> Result<Vec<String>, MeasureError> {
        let Answered { connector, secrets, .. } = &self.answered;
        let input =
            FindContactInput { contact_id: None, name: None, filter: Some(FILTER.to_owned()) };
        let found = self.answered.wait(connector.find_contact(secrets, &input))?;
        found.map_err(|failure| MeasureError::Wrong(failure.message))
    }

    /// Through the typed function, natively.
    ///
    /// # Errors
    ///
    /// Fails like [`LargePage::component_invoke`].
    pub fn native_typed(&self) -> Result<Vec<String>, MeasureError> {
        self.native.find_contact(FILTER)
    }

    /// The output, if it may contain all rows.
    fn complete(&self, answer: String) -> Result<String, MeasureError> {
        // The rows pass through unchanged, with little added.
        if answer.len() + 1024 > self.body.len() {
            return Ok(answer);
        }
        Err(MeasureError::Wrong(answer.chars().take(200).collect()))
    }
}

/// Measures both interfaces.
pub(super) fn rows(effort: Effort) -> Result<Vec<Row>, MeasureError> {
    let (page, rounds) = (LargePage::new(effort.rows())?, effort.rounds(61));
    let (contacts, megabytes) = (effort.rows(), page.megabytes());
    let row = |interface: &str, native: &str, ratio, bar| Row {
        name: "large page",
        measure: format!(
            "`find_contact` of {contacts} full contacts ({megabytes:.1} MB) by {interface}, against {native} natively"
        ),
        value: Value::Ratio(ratio),
        bar,
    };
    let bar = Bar::AtMost(Value::Ratio(1.5));
    let least = "the least that `sonic-rs` needs for it";
    let invoke = ratio(rounds, || page.component_invoke(), || page.native_sonic())?;
    let typed = ratio(rounds, || page.component_typed(), || page.native_sonic_texts())?;
    let serde = ratio(rounds, || page.component_invoke(), || page.native_serde())?;
    let core = ratio(rounds, || page.component_invoke(), || page.native_invoke())?;
    Ok(vec![
        row("`invoke`", least, invoke, bar),
        row("the typed function", least, typed, bar),
        row("`invoke`", "`serde_json` with `RawValue`", serde, Bar::None),
        row("`invoke`", "the same core run", core, Bar::None),
    ])
}

impl LargePage {
    #[expect(clippy::cast_precision_loss, reason = "a page has some megabytes")]
    fn megabytes(&self) -> f64 {
        self.body.len() as f64 / 1e6
    }
}
