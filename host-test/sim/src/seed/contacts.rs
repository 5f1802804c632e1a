//! Contacts.

use jiff::civil::date;
use rust_decimal::Decimal;

use super::{CREATED, Kind, Seed, key, names, organization, pick, put, scatter, shared};
use crate::cell::Cell;
use crate::schema::Schema;
use crate::store::Store;

/// Names that other packages' tests may rely on.
const NAMED: [(&str, &str); 6] = [
    ("Susanna", "Stubberod"),
    ("Pat", "O'Brien"),
    ("Ann", "Baker"),
    ("Rene", "Valdes"),
    ("Per%cent", "Under_score"),
    ("Zoë", "Müller"),
];

/// Adds them to the store.
pub(super) fn fill(store: &mut Store, schema: &Schema, seed: &Seed) {
    let Some(table) = schema.tables.get("contact") else { return };
    let base = shared(
        table,
        [
            (
                "_transactioncurrencyid_value",
                Cell::reference("transactioncurrency", organization::currency()),
            ),
            ("exchangerate", Cell::Decimal(Decimal::new(10_000_000_000, 10))),
            ("preferredappointmenttimecode", Cell::Number(1)),
            ("address1_addresstypecode", Cell::Number(3)),
            ("address1_shippingmethodcode", Cell::Number(1)),
            ("isbackofficecustomer", Cell::Bool(false)),
        ],
    );
    for n in 0..seed.contacts {
        put(store, table, key(Kind::Contact, n), &base, contact(n, seed));
    }
}

fn contact(n: usize, seed: &Seed) -> Vec<(&'static str, Cell)> {
    let pick_by = |salt: usize| scatter(Kind::Contact, n, salt);
    let (first, last) = NAMED.get(n).copied().unwrap_or_else(|| {
        let first = pick(&names::FIRST, pick_by(1)).unwrap_or_default();
        (first, pick(&names::LAST, pick_by(2)).unwrap_or_default())
    });
    let (city, state, code, country) = pick(&names::PLACE, pick_by(3)).unwrap_or_default();
    let street = format!(
        "{} {}",
        1 + pick_by(4) % 999,
        pick(&names::STREET, pick_by(5)).unwrap_or_default()
    );
    let number = i64::try_from(n).unwrap_or_default();
    let birthday = date(
        1950 + i16::try_from(pick_by(6) % 50).unwrap_or_default(),
        1 + i8::try_from(pick_by(7) % 12).unwrap_or_default(),
        1 + i8::try_from(pick_by(8) % 28).unwrap_or_default(),
    );
    let mut cells = vec![
        ("firstname", Cell::from(first)),
        ("lastname", Cell::from(last)),
        ("fullname", Cell::from(format!("{first} {last}"))),
        ("yomifullname", Cell::from(format!("{first} {last}"))),
        ("emailaddress1", Cell::from(format!("person{n:05}@example.com"))),
        ("telephone1", Cell::from(format!("206-555-{:04}", n % 10_000))),
        ("mobilephone", Cell::from(format!("206-556-{:04}", n % 10_000))),
        ("jobtitle", Cell::from(pick(&names::JOB, pick_by(9)).unwrap_or_default())),
        ("birthdate", Cell::Date(birthday)),
        ("gendercode", Cell::Number(i64::try_from(1 + pick_by(10) % 2).unwrap_or(1))),
        ("address1_addressid", Cell::Guid(key(Kind::Contact, n + (1 << 32)))),
        ("address2_addressid", Cell::Guid(key(Kind::Contact, n + (2 << 32)))),
        ("address3_addressid", Cell::Guid(key(Kind::Contact, n + (3 << 32)))),
        (
            "address1_composite",
            Cell::from(format!("{street}\r\n{city}, {state} {code}\r\n{country}")),
        ),
        ("address1_line1", Cell::from(street)),
        ("address1_city", Cell::from(city)),
        ("address1_stateorprovince", Cell::from(state)),
        ("address1_postalcode", Cell::from(code)),
        ("address1_country", Cell::from(country)),
        ("createdon", Cell::Time(CREATED - number * 45)),
        ("modifiedon", Cell::Time(CREATED - number * 20)),
    ];
    if seed.accounts > 0 {
        let account = Cell::reference("account", key(Kind::Account, n % seed.accounts));
        cells.extend([("_parentcustomerid_value", account.clone()), ("_accountid_value", account)]);
    }
    cells
}
