//! Navigates from a row to related rows.

use uuid::Uuid;

use crate::cell::{Cell, Reference};
use crate::schema::Navigation;
use crate::store::{Row, Store};

/// The target row of a single-valued navigation property; `None` if the lookup is empty or refers
/// to a row of another table.
pub(crate) fn follow<'a>(store: &'a Store, navigation: &Navigation, row: &Row) -> Option<&'a Row> {
    match row.get(&navigation.column) {
        Cell::Reference(Reference { table, id }) => {
            let fits = match navigation.target.as_str() {
                "principal" => true,
                "activitypointer" => table == "activitypointer" || table == "appointment",
                target => target == table,
            };
            fits.then(|| store.row(table, *id)).flatten()
        }
        Cell::Guid(id) => store.row(&navigation.target, *id),
        _ => None,
    }
}

/// The rows of a collection-valued navigation property, in the order of their keys.
pub(crate) fn children<'a>(
    store: &'a Store,
    navigation: &'a Navigation,
    owner: Uuid,
) -> impl Iterator<Item = &'a Row> {
    store.referring(&navigation.target, &navigation.column, owner)
}
