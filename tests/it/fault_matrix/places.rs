//! The places of faults: each request of each action.

use dataverse_sim::Seed;
use host_test::Harness;
use host_test::actions::{
    CreateAppointmentInput, Failure, FindContactInput, UpdateAppointmentInput,
};

use super::BUDGET;
use crate::inputs;

/// One request of an action.
pub(super) struct Place {
    /// The column of the matrix: all requests of one column must have the same result.
    pub(super) column: &'static str,
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    /// The first segment of its path.
    pub(super) resource: &'static str,
    pub(super) run: fn(&Harness) -> Result<(), Failure>,
    /// The number of rows in the organization that match the action's write.
    pub(super) held: fn(&Harness) -> usize,
    /// The message of a failure if the write may have been applied.
    pub(super) says: &'static [&'static str],
}

pub(super) const COLUMNS: [&str; 8] =
    ["a row", "rows", "a column", "appointment", "other id", "change", "table", "read-back"];

/// The columns whose request writes.
pub(super) const WRITES: [&str; 4] = ["appointment", "other id", "change", "table"];

impl Place {
    /// Whether the action writes nothing.
    pub(super) fn reads(&self) -> bool {
        std::ptr::fn_addr_eq(self.held, nothing as Held)
    }

    /// The maximum duration of a call in seconds: the budget, then the last attempt, then one read
    /// of its effect.
    pub(super) fn most_seconds(&self) -> u64 {
        let (connect, between_bytes, read) = (10, 30, 30);
        let first_byte = match self.column {
            "table" | "read-back" => 300,
            "appointment" | "other id" | "change" => 60,
            _ => read,
        };
        BUDGET / 1_000 + (connect + first_byte + between_bytes) + (connect + read + between_bytes)
    }
}

const SUBJECT: &str = "Once, whatever fails";

fn appointments(host: &Harness) -> usize {
    let sim = host.sim();
    sim.world.rows("appointment").filter(|row| row.text("subject") == Some(SUBJECT)).count()
}

fn tables(host: &Harness) -> usize {
    let sim = host.sim();
    sim.world.schema.tables.values().filter(|t| t.schema_name.ends_with("_BankAccount")).count()
}

fn changes(host: &Harness) -> usize {
    let sim = host.sim();
    let row = sim.world.row("appointment", Seed::appointment(0)).unwrap();
    usize::from(row.text("subject") == Some("Moved"))
}

fn nothing(_: &Harness) -> usize {
    0
}

fn moved() -> UpdateAppointmentInput {
    UpdateAppointmentInput { subject: Some("Moved".to_owned()), ..inputs::no_change() }
}

/// Later than any seeded start; checked against the stored one, under its etag.
fn moved_end() -> UpdateAppointmentInput {
    UpdateAppointmentInput { scheduledend: Some("2099-01-01T00:00:00Z".to_owned()), ..moved() }
}

fn contact(id: Option<String>, name: Option<&str>) -> FindContactInput {
    FindContactInput { contact_id: id, name: name.map(str::to_owned), filter: None }
}

fn appointment(category: Option<i32>) -> CreateAppointmentInput {
    CreateAppointmentInput { subject: SUBJECT.to_owned(), category, ..inputs::kick_off() }
}

fn create(host: &Harness) -> Result<(), Failure> {
    host.create_appointment(&appointment(None)).map(drop)
}

fn create_by_key(host: &Harness) -> Result<(), Failure> {
    let key = Some("run-7".to_owned());
    let input = CreateAppointmentInput { idempotency_key: key, ..appointment(None) };
    host.create_appointment(&input).map(drop)
}

fn create_by_post(host: &Harness) -> Result<(), Failure> {
    let form = "refused-with-parties";
    host.sim().world.settings.set_by_name("create_by_patch", form).unwrap();
    create(host)
}

/// Where the organization passes over the id of the POST, too.
fn create_under_another_id(host: &Harness) -> Result<(), Failure> {
    host.sim().world.settings.set_by_name("chosen_ids_are_taken", "false").unwrap();
    create_by_post(host)
}

fn create_categorized(host: &Harness) -> Result<(), Failure> {
    host.create_appointment(&appointment(Some(7))).map(drop)
}

fn create_table(host: &Harness) -> Result<(), Failure> {
    host.create_custom_entity(&inputs::bank_account(host)).map(drop)
}

fn update(host: &Harness) -> Result<(), Failure> {
    host.update_appointment(&moved()).map(drop)
}

fn update_end(host: &Harness) -> Result<(), Failure> {
    host.update_appointment(&moved_end()).map(drop)
}

type Run = fn(&Harness) -> Result<(), Failure>;
type Held = fn(&Harness) -> usize;

/// Every request of every action.
pub(super) fn places() -> Vec<Place> {
    let find: Run =
        |host| host.find_contact(&contact(Some(Seed::contact(0).to_string()), None)).map(drop);
    let search: Run = |host| host.find_contact(&contact(None, Some("a"))).map(drop);
    let categories: Run = |host| host.list_appointment_categories().map(drop);
    let options: Run = |host| host.list_appointment_category_options().map(drop);
    let all: [(&str, &str, &str, &str, Run, Held); 23] = [
        (
            "a row",
            "get_account",
            "GET",
            "accounts",
            |h| h.get_account(&inputs::account(0)).map(drop),
            nothing,
        ),
        ("a row", "find_contact, by id", "GET", "contacts", find, nothing),
        ("a row", "create_custom_entity, solution", "GET", "solutions", create_table, tables),
        ("a row", "update_appointment, other end", "GET", "appointments", update_end, changes),
        ("rows", "find_contact, by name", "GET", "contacts", search, nothing),
        (
            "rows",
            "list_accounts",
            "GET",
            "accounts",
            |h| h.list_accounts(&inputs::accounts()).map(drop),
            nothing,
        ),
        (
            "rows",
            "search_accounts",
            "GET",
            "accounts",
            |h| h.search_accounts(&inputs::search("a")).map(drop),
            nothing,
        ),
        (
            "rows",
            "list_appointments",
            "GET",
            "appointments",
            |h| h.list_appointments(&inputs::appointments()).map(drop),
            nothing,
        ),
        (
            "rows",
            "list_solution_id_options",
            "GET",
            "solutions",
            |h| h.list_solution_id_options().map(drop),
            nothing,
        ),
        ("rows", "list_appointment_categories, values", "GET", "appointments", categories, nothing),
        (
            "rows",
            "list_appointment_category_options, values",
            "GET",
            "appointments",
            options,
            nothing,
        ),
        ("rows", "create_appointment, attendee", "GET", "systemusers", create, appointments),
        (
            "a column",
            "list_appointment_categories",
            "GET",
            "EntityDefinitions",
            categories,
            nothing,
        ),
        (
            "a column",
            "list_appointment_category_options",
            "GET",
            "EntityDefinitions",
            options,
            nothing,
        ),
        (
            "a column",
            "create_appointment, category",
            "GET",
            "EntityDefinitions",
            create_categorized,
            appointments,
        ),
        ("appointment", "create_appointment", "PATCH", "appointments", create, appointments),
        (
            "appointment",
            "create_appointment, by a key",
            "PATCH",
            "appointments",
            create_by_key,
            appointments,
        ),
        (
            "appointment",
            "create_appointment, by a POST",
            "POST",
            "appointments",
            create_by_post,
            appointments,
        ),
        (
            "other id",
            "create_appointment, by a POST under another id",
            "POST",
            "appointments",
            create_under_another_id,
            appointments,
        ),
        ("change", "update_appointment", "PATCH", "appointments", update, changes),
        (
            "change",
            "update_appointment, under an etag",
            "PATCH",
            "appointments",
            update_end,
            changes,
        ),
        ("table", "create_custom_entity", "POST", "EntityDefinitions", create_table, tables),
        (
            "read-back",
            "create_custom_entity, definition",
            "GET",
            "EntityDefinitions",
            create_table,
            tables,
        ),
    ];
    all.into_iter()
        .map(|(column, name, method, resource, run, held)| Place {
            column,
            name,
            method,
            resource,
            run,
            held,
            says: match name {
                "create_appointment, by a key" => {
                    &["the appointment may exist", "under the id `", "same `idempotency_key`"]
                }
                _ if matches!(column, "appointment" | "other id") => {
                    &["the appointment may exist", "under the id `", "`activityid eq "]
                }
                _ if column == "change" => &["the change may have been made", "`activityid eq "],
                _ => &["the table `", "_bankaccount` may exist"],
            },
        })
        .collect()
}
