//! The publishers and solutions of a fresh organization, and one custom publisher with one solution
//! (which ones are visible is unverified).

use super::{CREATED, Kind, Seed, key, organization, put, shared};
use crate::cell::Cell;
use crate::schema::Schema;
use crate::store::Store;

/// Unique name, name, prefix, option value prefix, whether it is Microsoft's own.
const PUBLISHERS: [(&str, &str, &str, i64, bool); 4] = [
    ("DefaultPublishercontoso", "Default Publisher for contoso", "new", 10_000, false),
    ("contosopublisher", "Contoso", "contoso", 72_700, false),
    ("microsoftdynamics", "Microsoft Dynamics 365", "msdyn", 19_235, true),
    ("crpublisher", "CDS Default Publisher", "crxxx", 41_234, false),
];

/// Unique name, name, version, publisher, whether managed, whether visible.
const SOLUTIONS: [(&str, &str, &str, usize, bool, bool); 7] = [
    ("Default", "Default Solution", "1.0", 0, false, true),
    ("Crxxxx", "Common Data Services Default Solution", "1.0.0.0", 3, false, true),
    ("ContosoSales", "Contoso Sales", "1.0.0.3", 1, false, true),
    ("Active", "Active Solution", "1.0", 0, false, false),
    ("Basic", "Basic Solution", "1.0", 0, false, false),
    ("msdynce_SalesPatch", "Sales", "9.0.24025.1002", 2, true, true),
    ("msdynce_AppCommon", "Dynamics 365 App Common", "9.2.1.1020", 2, true, true),
];

/// Adds them to the store.
pub(super) fn fill(store: &mut Store, schema: &Schema, seed: &Seed) {
    let (Some(publishers), Some(solutions)) =
        (schema.tables.get("publisher"), schema.tables.get("solution"))
    else {
        return;
    };
    let home =
        [("_organizationid_value", Cell::reference("organization", organization::organization()))];
    let base = shared(publishers, home.clone());
    for (n, (unique, name, prefix, option, read_only)) in PUBLISHERS.into_iter().enumerate() {
        let own = [
            ("uniquename", Cell::from(unique)),
            ("friendlyname", Cell::from(name)),
            ("customizationprefix", Cell::from(prefix)),
            ("customizationoptionvalueprefix", Cell::Number(option)),
            ("isreadonly", Cell::Bool(read_only)),
            ("address1_addressid", Cell::Guid(key(Kind::Publisher, n + (1 << 32)))),
            ("address2_addressid", Cell::Guid(key(Kind::Publisher, n + (2 << 32)))),
        ];
        put(store, publishers, key(Kind::Publisher, n), &base, own);
    }
    let mut base_cells = home.to_vec();
    base_cells.extend([("isapimanaged", Cell::Bool(false)), ("installedon", Cell::Time(CREATED))]);
    let base = shared(solutions, base_cells);
    for (n, (unique, name, version, publisher, managed, visible)) in
        SOLUTIONS.into_iter().enumerate()
    {
        let own = [
            ("uniquename", Cell::from(unique)),
            ("friendlyname", Cell::from(name)),
            ("version", Cell::from(version)),
            ("ismanaged", Cell::Bool(managed)),
            ("isvisible", Cell::Bool(visible)),
            ("_publisherid_value", Cell::reference("publisher", key(Kind::Publisher, publisher))),
        ];
        put(store, solutions, key(Kind::Solution, n), &base, own);
    }
    for n in 0..seed.solutions {
        let own = [
            ("uniquename", Cell::from(format!("Custom{n:04}"))),
            ("friendlyname", Cell::from(format!("Custom Solution {n:04}"))),
            ("version", Cell::from("1.0.0.0")),
            ("ismanaged", Cell::Bool(false)),
            ("isvisible", Cell::Bool(true)),
            ("_publisherid_value", Cell::reference("publisher", key(Kind::Publisher, 1))),
        ];
        put(store, solutions, key(Kind::Solution, SOLUTIONS.len() + n), &base, own);
    }
}
