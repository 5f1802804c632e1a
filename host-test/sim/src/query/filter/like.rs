//! SQL Server's `LIKE`, which `contains`, `startswith` and `endswith` become
//! ([wildcards](https://learn.microsoft.com/power-apps/developer/data-platform/wildcard-characters)).

/// A compiled pattern, which ignores case.
#[derive(Debug, Clone)]
pub(crate) struct Like {
    /// None for an unclosed bracket, which matches nothing.
    parts: Option<Vec<Part>>,
}

#[derive(Debug, Clone)]
enum Part {
    /// `%`
    Any,
    /// `_`
    One,
    /// `[a-z]`, `[^abc]`
    Set { not: bool, ranges: Vec<(char, char)> },
    /// Itself.
    Char(char),
}

impl Like {
    /// Reads a pattern.
    pub(crate) fn new(pattern: &str) -> Self {
        let mut rest = pattern.chars().flat_map(char::to_lowercase).peekable();
        let mut parts = Vec::new();
        while let Some(c) = rest.next() {
            parts.push(match c {
                '%' => Part::Any,
                '_' => Part::One,
                '[' => match set(&mut rest) {
                    Some(set) => set,
                    None => return Like { parts: None },
                },
                _ => Part::Char(c),
            });
        }
        Like { parts: Some(parts) }
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some(parts) = &self.parts else { return false };
        let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
        let (mut at, mut part) = (0, 0);
        // Where to go on when the present try fails: behind the last `%`, one character further.
        let mut again: Option<(usize, usize)> = None;
        while at < text.len() {
            match (parts.get(part), text.get(at)) {
                (Some(Part::Any), _) => {
                    again = Some((part + 1, at));
                    part += 1;
                }
                (Some(one), Some(c)) if one.takes(*c) => {
                    at += 1;
                    part += 1;
                }
                _ => match &mut again {
                    Some((behind, from)) => {
                        *from += 1;
                        (part, at) = (*behind, *from);
                    }
                    None => return false,
                },
            }
        }
        parts.iter().skip(part).all(|part| matches!(part, Part::Any))
    }
}

impl Part {
    fn takes(&self, c: char) -> bool {
        match self {
            Part::Any | Part::One => true,
            Part::Char(own) => *own == c,
            Part::Set { not, ranges } => {
                ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != *not
            }
        }
    }
}

/// What follows a `[` up to its `]`.
fn set(rest: &mut std::iter::Peekable<impl Iterator<Item = char>>) -> Option<Part> {
    let not = rest.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        let from = rest.next()?;
        if from == ']' {
            return Some(Part::Set { not, ranges });
        }
        if rest.next_if_eq(&'-').is_none() {
            ranges.push((from, from));
        } else if rest.peek() == Some(&']') {
            ranges.extend([(from, from), ('-', '-')]);
        } else {
            ranges.push((from, rest.next()?));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(text: &str, term: &str) -> bool {
        Like::new(&format!("%{term}%")).matches(text)
    }

    #[test]
    fn wildcards_are_those_of_sql_server() {
        assert!(contains("Contoso", "TOSO"));
        assert!(contains("Contoso", "c%s"));
        assert!(contains("Contoso", "c_nt"));
        assert!(contains("Contoso", "[a-d]onto"));
        assert!(contains("Contoso", "[^xyz]onto"));
        assert!(!contains("Contoso", "[^c]onto"));
        assert!(!contains("Contoso", "c_t"));
        assert!(Like::new("a%b%c").matches("aXbXbXc"));
        assert!(!Like::new("a%b%c").matches("aXbXbX"));
    }

    #[test]
    fn brackets_take_a_wildcard_literally() {
        assert!(contains("100% wool", "100[%] w"));
        assert!(!contains("1000 wool", "100[%] w"));
        assert!(contains("snake_case", "e[_]c"));
        assert!(!contains("snakescase", "e[_]c"));
        assert!(contains("a [b] c", "[[]b]"));
        assert!(!contains("a [b c", "a [b"));
    }
}
