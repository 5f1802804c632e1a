//! Users: the calling one, named ones, generated ones.

use uuid::Uuid;

use super::{Kind, Seed, key, names, organization, pick, put, scatter, shared};
use crate::cell::Cell;
use crate::schema::Schema;
use crate::store::Store;

/// First name, last name, e-mail, whether disabled.
const NAMED: [(&str, &str, &str, bool); 7] = [
    ("System", "Administrator", "admin@contoso.com", false),
    ("Ann", "Baker", "ann.baker@contoso.com", false),
    ("Pat", "O'Brien", "o'brien@contoso.com", false),
    ("Dis", "Abled", "disabled@contoso.com", true),
    ("Twin", "One", "shared@contoso.com", false),
    ("Twin", "Two", "shared@contoso.com", false),
    ("Mara", "Keller", "mara.keller@contoso.com", false),
];

/// The sign-in name of the last named user, which differs from her e-mail address. Evidence: live.
const OTHER_SIGN_IN_NAME: (usize, &str) = (6, "mkeller@contoso.onmicrosoft.com");

/// Adds them to the store.
pub(super) fn fill(store: &mut Store, schema: &Schema, seed: &Seed) {
    let Some(table) = schema.tables.get("systemuser") else { return };
    let base = shared(
        table,
        [
            ("organizationid", Cell::Guid(organization::organization())),
            ("_businessunitid_value", Cell::reference("businessunit", organization::unit())),
            (
                "_transactioncurrencyid_value",
                Cell::reference("transactioncurrency", organization::currency()),
            ),
            ("accessmode", Cell::Number(0)),
            ("isemailaddressapprovedbyo365admin", Cell::Bool(true)),
        ],
    );
    for n in 0..seed.users.max(1) {
        let id = key(Kind::User, n);
        put(store, table, id, &base, user(n, id));
    }
}

fn user(n: usize, id: Uuid) -> Vec<(&'static str, Cell)> {
    let (first, last, mail, disabled) = match NAMED.get(n) {
        Some((first, last, mail, disabled)) => (*first, *last, (*mail).to_owned(), *disabled),
        None => {
            let first = pick(&names::FIRST, scatter(Kind::User, n, 1)).unwrap_or_default();
            let last = pick(&names::LAST, scatter(Kind::User, n, 2)).unwrap_or_default();
            (first, last, format!("user{n:05}@contoso.com"), false)
        }
    };
    let sign_in_name = match OTHER_SIGN_IN_NAME {
        (other, name) if other == n => name.to_owned(),
        _ => mail.clone(),
    };
    vec![
        ("ownerid", Cell::Guid(id)),
        ("firstname", Cell::from(first)),
        ("lastname", Cell::from(last)),
        ("fullname", Cell::from(format!("{first} {last}"))),
        ("yomifullname", Cell::from(format!("{first} {last}"))),
        ("domainname", Cell::from(sign_in_name.clone())),
        ("windowsliveid", Cell::from(sign_in_name)),
        ("internalemailaddress", Cell::from(mail)),
        ("isdisabled", Cell::Bool(disabled)),
        ("islicensed", Cell::Bool(!disabled)),
        ("azureactivedirectoryobjectid", Cell::Guid(key(Kind::User, n + (1 << 32)))),
        ("identityid", Cell::Number(i64::try_from(n).unwrap_or_default() + 1)),
        ("title", Cell::from(pick(&names::JOB, n).unwrap_or_default())),
    ]
}
