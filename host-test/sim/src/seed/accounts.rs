//! Accounts.

use rust_decimal::Decimal;

use super::{CREATED, Kind, Seed, key, names, organization, pick, put, scatter, shared};
use crate::cell::Cell;
use crate::schema::Schema;
use crate::store::Store;

/// Names that are hard for a filter: apostrophes, wildcards, brackets, an ampersand, other
/// alphabets.
const NAMED: [&str; 12] = [
    "Contoso Ltd",
    "O'Brien & Sons",
    "100% Wool",
    "1000 Wool Street",
    "snake_case GmbH",
    "snakeScase GmbH",
    "Brackets [EU] S.A.",
    "Brackets E S.A.",
    "Fourth Coffee",
    "Litware, Inc.",
    "Adventure Works (sample)",
    "Größe & Söhne",
];

/// Adds them to the store.
pub(super) fn fill(store: &mut Store, schema: &Schema, seed: &Seed) {
    let Some(table) = schema.tables.get("account") else { return };
    let base = shared(
        table,
        [
            (
                "_transactioncurrencyid_value",
                Cell::reference("transactioncurrency", organization::currency()),
            ),
            ("exchangerate", Cell::Decimal(Decimal::new(10_000_000_000, 10))),
            ("customertypecode", Cell::Number(3)),
            ("address1_addresstypecode", Cell::Number(3)),
            ("address1_shippingmethodcode", Cell::Number(1)),
        ],
    );
    for n in 0..seed.accounts {
        put(store, table, key(Kind::Account, n), &base, account(n, seed));
    }
}

fn account(n: usize, seed: &Seed) -> Vec<(&'static str, Cell)> {
    let pick_by = |salt: usize| scatter(Kind::Account, n, salt);
    let name = match NAMED.get(n) {
        Some(name) => Cell::from(*name),
        None => {
            let start = pick(&names::COMPANY, pick_by(1)).unwrap_or_default();
            let end = pick(&names::BUSINESS, pick_by(2)).unwrap_or_default();
            Cell::from(format!("{start} {end} {n:05}"))
        }
    };
    let (city, state, code, country) = pick(&names::PLACE, pick_by(3)).unwrap_or_default();
    let street = format!(
        "{} {}",
        1 + pick_by(4) % 999,
        pick(&names::STREET, pick_by(5)).unwrap_or_default()
    );
    let revenue =
        Decimal::new(i64::try_from(1 + pick_by(6) % 5_000).unwrap_or_default() * 100_000_000, 4);
    let number = i64::try_from(n).unwrap_or_default();
    let mut cells = vec![
        ("name", name),
        ("accountnumber", Cell::from(format!("ACC{n:06}"))),
        ("telephone1", Cell::from(format!("425-555-{:04}", n % 10_000))),
        ("fax", Cell::from(format!("425-556-{:04}", n % 10_000))),
        ("emailaddress1", Cell::from(format!("office{n:05}@example.com"))),
        ("websiteurl", Cell::from(format!("https://www.example.com/{n}"))),
        ("address1_addressid", Cell::Guid(key(Kind::Account, n + (1 << 32)))),
        ("address2_addressid", Cell::Guid(key(Kind::Account, n + (2 << 32)))),
        (
            "address1_composite",
            Cell::from(format!("{street}\r\n{city}, {state} {code}\r\n{country}")),
        ),
        ("address1_line1", Cell::from(street)),
        ("address1_city", Cell::from(city)),
        ("address1_stateorprovince", Cell::from(state)),
        ("address1_postalcode", Cell::from(code)),
        ("address1_country", Cell::from(country)),
        ("industrycode", Cell::Number(i64::try_from(1 + pick_by(7) % 33).unwrap_or(1))),
        ("numberofemployees", Cell::Number(i64::try_from(5 + pick_by(8) % 5_000).unwrap_or(5))),
        ("revenue", Cell::Decimal(revenue)),
        ("revenue_base", Cell::Decimal(revenue)),
        ("createdon", Cell::Time(CREATED - number * 60)),
        ("modifiedon", Cell::Time(CREATED - number * 30)),
    ];
    if seed.contacts > 0 {
        cells.push((
            "_primarycontactid_value",
            Cell::reference("contact", key(Kind::Contact, n % seed.contacts)),
        ));
    }
    // Some are closed, some have a parent.
    if n >= NAMED.len() && n.is_multiple_of(17) {
        cells.extend([("statecode", Cell::Number(1)), ("statuscode", Cell::Number(2))]);
    }
    if n >= NAMED.len() && n.is_multiple_of(5) {
        cells.push((
            "_parentaccountid_value",
            Cell::reference("account", key(Kind::Account, n / 5)),
        ));
    }
    cells
}
