//! What an action does to the organization, as its verb says.

/// Whether an action only reads. One whose verb is not known here is taken to write.
pub(crate) fn only_reads(action: &str) -> bool {
    ["find_", "get_", "list_", "search_"].iter().any(|verb| action.starts_with(verb))
}
