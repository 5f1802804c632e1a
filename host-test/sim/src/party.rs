//! The address of a party in an activity.

use crate::cell::{Cell, Reference};
use crate::store::{Row, Store};

/// Fills `addressused`, unless the caller set it, and `addressusedemailcolumnnumber`. Evidence: 15
/// for a user and 35 for an account are live; the numbers of others are unknown and stay empty.
pub(crate) fn fill_address(store: &Store, party: &mut Row) {
    let Cell::Reference(Reference { table, id }) = party.get("_partyid_value") else { return };
    let (column, number) = match table.as_ref() {
        "systemuser" => ("internalemailaddress", Cell::Number(15)),
        "account" => ("emailaddress1", Cell::Number(35)),
        "contact" => ("emailaddress1", Cell::Null),
        "queue" => ("emailaddress", Cell::Null),
        _ => return,
    };
    let address = store.row(table, *id).map_or(Cell::Null, |row| row.get(column).clone());
    if address.is_null() || !party.get("addressused").is_null() {
        return;
    }
    party.set("addressused", address);
    party.set("addressusedemailcolumnnumber", number);
}
