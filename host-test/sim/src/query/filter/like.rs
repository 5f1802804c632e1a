//! SQL Server's `LIKE`, which `contains`, `startswith` and `endswith` become
//! ([wildcards](https://learn.microsoft.com/power-apps/developer/data-platform/wildcard-characters)).

use crate::record_settings::RecordSettings;

/// A compiled pattern; it ignores case.
#[derive(Debug, Clone)]
pub(crate) struct Like {
    pattern: String,
    /// `None` for an unclosed bracket, which matches nothing.
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
        let parts = read(&pattern.to_lowercase(), &RecordSettings::default());
        Like { pattern: pattern.to_owned(), parts }
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &str, settings: &RecordSettings) -> bool {
        let fold = |text: &str| {
            let text = match settings.accents_are_ignored {
                true => without_accents(text),
                false => text.to_owned(),
            };
            if settings.contains_minds_case { text } else { text.to_lowercase() }
        };
        let text: Vec<char> = fold(text).chars().collect();
        if is_usual(settings) {
            self.parts.as_ref().is_some_and(|parts| fits(parts, &text))
        } else {
            read(&fold(&self.pattern), settings).is_some_and(|parts| fits(&parts, &text))
        }
    }
}

/// Whether a pattern is read as without settings.
fn is_usual(settings: &RecordSettings) -> bool {
    settings.percent_is_a_wildcard
        && settings.underscore_is_a_wildcard
        && settings.brackets_are_wildcards
        && settings.brackets_escape_wildcards
        && !settings.contains_minds_case
        && !settings.accents_are_ignored
}

/// The parts of a pattern; `None` for an unclosed bracket. The first and the last `%` are those
/// that `contains` and its siblings add.
fn read(pattern: &str, settings: &RecordSettings) -> Option<Vec<Part>> {
    let mut rest = pattern.chars().peekable();
    let mut parts = Vec::new();
    while let Some(c) = rest.next() {
        let at_an_end = parts.is_empty() || rest.peek().is_none();
        parts.push(match c {
            '%' if settings.percent_is_a_wildcard || at_an_end => Part::Any,
            '_' if settings.underscore_is_a_wildcard => Part::One,
            '[' if settings.brackets_are_wildcards => match set(&mut rest)? {
                Part::Set { not: false, ranges } if !settings.brackets_escape_wildcards => {
                    match ranges[..] {
                        [('%', '%')] => Part::Any,
                        [('_', '_')] => Part::One,
                        _ => Part::Set { not: false, ranges },
                    }
                }
                set => set,
            },
            _ => Part::Char(c),
        });
    }
    Some(parts)
}

/// The text without the accents of Western European letters.
pub(super) fn without_accents(text: &str) -> String {
    const LETTERS: [(&str, char); 12] = [
        ("àáâãäå", 'a'),
        ("ç", 'c'),
        ("èéêë", 'e'),
        ("ìíîï", 'i'),
        ("ñ", 'n'),
        ("òóôõöø", 'o'),
        ("ùúûü", 'u'),
        ("ýÿ", 'y'),
        ("ÀÁÂÃÄÅ", 'A'),
        ("ÈÉÊË", 'E'),
        ("ÒÓÔÕÖØ", 'O'),
        ("ÙÚÛÜ", 'U'),
    ];
    let plain = |c| LETTERS.iter().find(|(all, _)| all.contains(c)).map_or(c, |(_, plain)| *plain);
    text.chars().map(plain).collect()
}

fn fits(parts: &[Part], text: &[char]) -> bool {
    let (mut at, mut part) = (0, 0);
    // Where to continue when the current attempt fails: after the last `%`, one character further.
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

/// The content after a `[` up to its `]`.
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

    fn matches(text: &str, pattern: &str) -> bool {
        Like::new(pattern).matches(text, &RecordSettings::default())
    }

    fn contains(text: &str, term: &str) -> bool {
        matches(text, &format!("%{term}%"))
    }

    #[test]
    fn wildcards_match_as_in_sql_server() {
        assert!(contains("Contoso", "TOSO"));
        assert!(contains("Contoso", "c%s"));
        assert!(contains("Contoso", "c_nt"));
        assert!(contains("Contoso", "[a-d]onto"));
        assert!(contains("Contoso", "[^xyz]onto"));
        assert!(!contains("Contoso", "[^c]onto"));
        assert!(!contains("Contoso", "c_t"));
        assert!(matches("aXbXbXc", "a%b%c"));
        assert!(!matches("aXbXbX", "a%b%c"));
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
