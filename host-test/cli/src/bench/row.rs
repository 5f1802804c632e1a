//! A row of the table: the measure, its value and its limit.

use std::fmt;

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// The measure and its reference.
    pub measure: String,
    /// The value.
    pub value: Value,
    /// The limit.
    pub bar: Bar,
}

/// A measured value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A ratio of two things of one kind.
    Ratio(f64),
    /// A count.
    Count(usize),
    /// Bytes of memory or of a file.
    Bytes(usize),
}

/// The limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    /// At most this.
    AtMost(Value),
    /// At least this.
    AtLeast(Value),
    /// Shown without a limit.
    None,
}

impl Row {
    /// Whether the value is within its limit.
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

/// The row as Markdown.
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
    fn marks_a_missed_limit() {
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
