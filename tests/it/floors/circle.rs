//! Import cycles among the modules of a group.

use std::collections::BTreeSet;

use super::package::Import;

/// The first import cycle.
pub(super) fn circle<'a>(imports: &[&'a Import]) -> Option<Vec<&'a Import>> {
    let starts: BTreeSet<&str> = imports.iter().map(|import| import.from.as_str()).collect();
    starts.into_iter().find_map(|start| way(imports, start, start, &mut BTreeSet::new()))
}

fn way<'a>(
    imports: &[&'a Import],
    from: &str,
    to: &str,
    seen: &mut BTreeSet<String>,
) -> Option<Vec<&'a Import>> {
    for import in imports.iter().filter(|import| import.from == from) {
        if import.to == to {
            return Some(vec![import]);
        }
        if seen.insert(import.to.clone())
            && let Some(rest) = way(imports, &import.to, to, seen)
        {
            return Some([vec![*import], rest].concat());
        }
    }
    None
}
