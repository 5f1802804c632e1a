//! The actions, one module each, in the specification's order.

mod create_appointment;
mod create_custom_entity;
mod differing;
mod find_contact;
mod get_account;
mod list_accounts;
mod list_appointment_categories;
mod list_appointment_category_options;
mod list_appointments;
mod list_solution_id_options;
mod search_accounts;
mod update_appointment;

pub use create_appointment::CreateAppointment;
pub use create_custom_entity::CreateCustomEntity;
pub use find_contact::FindContact;
pub use get_account::GetAccount;
pub use list_accounts::ListAccounts;
pub use list_appointment_categories::ListAppointmentCategories;
pub use list_appointment_category_options::ListAppointmentCategoryOptions;
pub use list_appointments::ListAppointments;
pub use list_solution_id_options::ListSolutionIdOptions;
pub use search_accounts::SearchAccounts;
pub use update_appointment::UpdateAppointment;

use crate::action::{Entry, entry};

/// The maximum number of rows of an action without its own limit: one full page of Dataverse.
pub(crate) const ROW_LIMIT: usize = 5_000;

/// The columns of an account in a list.
pub(crate) const ACCOUNT_COLUMNS: [&str; 5] =
    ["accountid", "name", "telephone1", "emailaddress1", "_primarycontactid_value"];

/// Every action.
pub static ALL: [Entry; 11] = [
    entry::<CreateAppointment>(),
    entry::<CreateCustomEntity>(),
    entry::<FindContact>(),
    entry::<GetAccount>(),
    entry::<ListAccounts>(),
    entry::<ListAppointmentCategories>(),
    entry::<ListAppointmentCategoryOptions>(),
    entry::<ListAppointments>(),
    entry::<ListSolutionIdOptions>(),
    entry::<SearchAccounts>(),
    entry::<UpdateAppointment>(),
];

/// The action of this name.
pub(crate) fn find(name: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.spec.name == name)
}
