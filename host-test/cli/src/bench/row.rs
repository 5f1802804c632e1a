//! A row of the table: what was measured, what came out, and what should have.

use std::fmt;

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is called.
    pub name: &'static str,
    /// What was measured, against what.
    pub measure: String,
    /// What came out.
    pub value: Value,
    /// What should come out.
    pub bar: Bar,
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Two things of one kind, one over the other.
    Ratio(f64),
    /// How many.
    Count(usize),
    /// Bytes of memory or of a file.
    Bytes(usize),
}

/// What should come out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    /// This or less.
    AtMost(Value),
    /// This or more.
    AtLeast(Value),
    /// Shown without a bar.
    None,
}

impl Row {
    /// Whether it is what it should be.
    pub fn is_reached(&self) -> bool {
        match self.bar {
            Bar::AtMost(most) => self.value.number() <= most.number(),
            Bar::AtLeast(least) => self.value.number() >= least.number(),
            Bar::None => true,
        }
    }
}

impl Value {
    #[expect(clippy::cast_precision_loss, reason = "counts and sizes here are far below 2^52")]
    fn number(self) -> f64 {
        match self {
            Value::Ratio(ratio) => ratio,
            Value::Count(number) | Value::Bytes(number) => number as f64,
        }
    }
}

/// As a row of a table in Markdown.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reached = match self.bar {
            Bar::None => "",
            _ if self.is_reached() => "yes",
            _ => "**no**",
        };
        write!(
            f,
            "| {} | {} | {} | {} | {reached} |",
            self.name, self.measure, self.value, self.bar
        )
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Ratio(ratio) => write!(f, "{ratio:.2}"),
            Value::Count(number) => write!(f, "{number}"),
            Value::Bytes(bytes) => write!(f, "{:.1} KiB", Value::Bytes(*bytes).number() / 1024.0),
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bar::AtMost(value) => write!(f, "≤ {value}"),
            Bar::AtLeast(value) => write!(f, "≥ {value}"),
            Bar::None => f.write_str("shown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_when_the_bar_is_missed() {
        let row = |value, bar| Row { name: "memory", measure: "peak".into(), value, bar };
        let most = Bar::AtMost(Value::Ratio(2.5));
        let missed = row(Value::Ratio(2.51), most);
        assert_eq!(missed.to_string(), "| memory | peak | 2.51 | ≤ 2.50 | **no** |");
        assert!(row(Value::Ratio(2.5), most).is_reached());
        assert!(!row(Value::Count(24), Bar::AtLeast(Value::Ratio(25.0))).is_reached());
        assert_eq!(
            row(Value::Bytes(196_608), Bar::None).to_string(),
            "| memory | peak | 192.0 KiB | shown |  |"
        );
    }
}
