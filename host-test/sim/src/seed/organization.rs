//! The organization itself: its business unit, currency, teams and queues.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Kind, key, put, shared};
use crate::cell::Cell;
use crate::schema::Schema;
use crate::store::Store;

/// The organization.
pub(super) fn organization() -> Uuid {
    key(Kind::Fixed, 1)
}

/// Its root business unit.
pub(super) fn unit() -> Uuid {
    key(Kind::Fixed, 2)
}

/// Its currency, US Dollar.
pub(super) fn currency() -> Uuid {
    key(Kind::Fixed, 3)
}

/// The cells that distinguish a row from others.
type OwnCells = Vec<(&'static str, Cell)>;

/// Adds them to the store.
pub(super) fn fill(store: &mut Store, schema: &Schema) {
    let money = Cell::reference("transactioncurrency", currency());
    let unit = Cell::reference("businessunit", unit());
    let rows: [(&str, Uuid, OwnCells); 5] = [
        (
            "organization",
            organization(),
            vec![
                ("name", Cell::from("contoso")),
                ("languagecode", Cell::Number(1_033)),
                ("_basecurrencyid_value", money.clone()),
            ],
        ),
        (
            "businessunit",
            self::unit(),
            vec![("name", Cell::from("contoso")), ("_transactioncurrencyid_value", money)],
        ),
        (
            "transactioncurrency",
            currency(),
            vec![
                ("currencyname", Cell::from("US Dollar")),
                ("currencysymbol", Cell::from("$")),
                ("isocurrencycode", Cell::from("USD")),
                ("currencyprecision", Cell::Number(2)),
                ("exchangerate", Cell::Decimal(Decimal::new(10_000_000_000, 10))),
            ],
        ),
        (
            "team",
            key(Kind::Fixed, 4),
            vec![
                ("name", Cell::from("contoso")),
                ("isdefault", Cell::Bool(true)),
                ("ownerid", Cell::Guid(key(Kind::Fixed, 4))),
                ("_businessunitid_value", unit),
            ],
        ),
        (
            "queue",
            key(Kind::Fixed, 5),
            vec![
                ("name", Cell::from("Support")),
                ("emailaddress", Cell::from("support@contoso.com")),
            ],
        ),
    ];
    for (name, id, own) in rows {
        if let Some(table) = schema.tables.get(name) {
            put(store, table, id, &shared(table, []), own);
        }
    }
}
