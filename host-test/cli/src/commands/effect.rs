//! Whether an action changes the organization, judged by its verb.

/// Whether an action only reads. An action with an unknown verb counts as a write.
pub(crate) fn only_reads(action: &str) -> bool {
    ["find_", "get_", "list_", "search_"].iter().any(|verb| action.starts_with(verb))
}
