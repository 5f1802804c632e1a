//! Finds the known name that an unknown one probably means.

/// The minimum similarity for a suggestion.
const LIKELY: f64 = 0.6;

/// The most similar known name, if any is similar. Words count as much as letters: `INSTANCE`
/// suggests `INSTANCE_URL`.
pub(crate) fn nearest<'a>(
    unknown: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let unknown = unknown.to_lowercase().replace('-', "_");
    let likeness = |name: &str| {
        let name = name.to_lowercase().replace('-', "_");
        let letters = strsim::normalized_damerau_levenshtein(&unknown, &name);
        letters.max((letters + shared_words(&unknown, &name)) / 1.2)
    };
    let scored = known.into_iter().map(|name| (likeness(name), name));
    // The first of equals.
    let best = scored.fold((LIKELY, None), |(best, found), (likeness, name)| {
        if likeness > best { (likeness, Some(name)) } else { (best, found) }
    });
    best.1
}

/// The share of the longer name's words that the other also has.
fn shared_words(one: &str, other: &str) -> f64 {
    fn words(text: &str) -> Vec<&str> {
        text.split('_').filter(|word| !word.is_empty()).collect()
    }
    let (one, other) = (words(one), words(other));
    let shared = one.iter().filter(|word| other.contains(word)).count();
    let count = |number: usize| u32::try_from(number).map_or(0.0, f64::from);
    count(shared) / count(one.len().max(other.len()).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_intended_name() {
        let actions = ["get_account", "list_accounts", "search_accounts", "find_contact"];
        for (unknown, meant) in [
            ("search_acounts", Some("search_accounts")),
            ("get-account", Some("get_account")),
            ("GET_ACCOUNT", Some("get_account")),
            ("account_get", Some("get_account")),
            ("find_contacts", Some("find_contact")),
            ("delete_everything", None),
            ("", None),
        ] {
            assert_eq!(nearest(unknown, actions), meant, "{unknown}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_similar_to_it() {
        let settings = ["ACCESS_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "INSTANCE_URL"];
        for (unknown, meant) in [
            ("INSTANCE", "INSTANCE_URL"),
            ("URL", "INSTANCE_URL"),
            ("ORG_URL", "INSTANCE_URL"),
            ("TENANT", "TENANT_ID"),
            ("TENNANT_ID", "TENANT_ID"),
            ("CLIENTID", "CLIENT_ID"),
            ("SECRET", "CLIENT_SECRET"),
            ("TOKEN", "ACCESS_TOKEN"),
        ] {
            assert_eq!(nearest(unknown, settings), Some(meant), "{unknown}");
        }
    }
}
