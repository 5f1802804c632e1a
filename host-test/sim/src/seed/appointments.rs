//! Appointments and their parties.

use super::{Kind, Seed, key, pick, put, shared};
use crate::cell::Cell;
use crate::party::fill_address;
use crate::schema::Schema;
use crate::store::Store;

/// The first appointment starts at 2026-02-16T10:00:00Z, each other one an hour after the previous
/// one.
const FIRST: i64 = 1_771_236_000;

const SUBJECTS: [&str; 6] = [
    "Kick-off",
    "Quarterly review",
    "Product demo",
    "O'Brien: contract",
    "Lunch [tentative]",
    "Renewal 100%",
];

/// Most rows have no category; it is free text on a stock table.
const CATEGORIES: [Option<&str>; 4] = [None, Some("Demo"), None, Some("Review")];

/// Adds them to the store.
pub(super) fn fill(store: &mut Store, schema: &Schema, seed: &Seed) {
    let (Some(table), Some(parties)) =
        (schema.tables.get("appointment"), schema.tables.get("activityparty"))
    else {
        return;
    };
    let base = shared(
        table,
        [
            ("activitytypecode", Cell::from("appointment")),
            ("scheduleddurationminutes", Cell::Number(30)),
        ],
    );
    let party_base = shared(parties, []);
    for n in 0..seed.appointments {
        let start = FIRST + i64::try_from(n).unwrap_or_default() * 3_600;
        let id = key(Kind::Appointment, n);
        let mut cells = vec![
            ("subject", Cell::from(pick(&SUBJECTS, n).unwrap_or_default())),
            ("scheduledstart", Cell::Time(start)),
            ("scheduledend", Cell::Time(start + 1_800)),
            ("sortdate", Cell::Time(start)),
            ("location", Cell::from(if n % 2 == 0 { "Room 1" } else { "Microsoft Teams Meeting" })),
            ("globalobjectid", Cell::from(format!("040000008200E00074C5B7101A82E008{n:016X}"))),
            ("createdon", Cell::Time(super::CREATED + i64::try_from(n).unwrap_or_default())),
        ];
        if let Some(Some(category)) = pick(&CATEGORIES, n) {
            cells.push(("category", Cell::from(category)));
        }
        let user = Cell::reference("systemuser", Seed::caller());
        let mut people = vec![(7, user.clone()), (9, user)];
        if seed.users > 1 {
            people.push((
                5,
                Cell::reference("systemuser", key(Kind::User, 1 + n % (seed.users - 1).min(5))),
            ));
        }
        if seed.accounts > 0 {
            let account = Cell::reference("account", key(Kind::Account, n % seed.accounts));
            cells.push(("_regardingobjectid_value", account.clone()));
            people.push((8, account));
        }
        put(store, table, id, &base, cells);
        for (at, (mask, party)) in people.into_iter().enumerate() {
            let own = [
                ("_activityid_value", Cell::reference("appointment", id)),
                ("_partyid_value", party),
                ("participationtypemask", Cell::Number(mask)),
                ("scheduledstart", Cell::Time(start)),
                ("scheduledend", Cell::Time(start + 1_800)),
            ];
            let id = key(Kind::Party, n * 8 + at);
            put(store, parties, id, &party_base, own);
            if let Some(mut party) = store.row("activityparty", id).cloned() {
                fill_address(store, &mut party);
                store.put("activityparty", party);
            }
        }
    }
}
