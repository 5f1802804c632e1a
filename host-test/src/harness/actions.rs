//! The eleven actions, typed: one method each.

use super::Harness;
use crate::bindings::actions::{
    AppointmentCategories, Category, CreateAppointmentInput, CreateCustomEntityInput,
    CreatedAppointment, Failure, FindContactInput, GetAccountInput, Json, ListAccountsInput,
    ListAppointmentsInput, SearchAccountsInput, SolutionOption, UpdateAppointmentInput,
    UpdatedAppointment,
};

/// Each method runs the action of its name. They panic if the component was stopped or trapped,
/// which suits tests.
#[expect(clippy::missing_errors_doc, reason = "the failure is the action's own output")]
impl Harness {
    /// `create-appointment`
    pub fn create_appointment(
        &self,
        input: &CreateAppointmentInput,
    ) -> Result<CreatedAppointment, Failure> {
        self.wait(self.connector.create_appointment(&self.secrets, input))
    }

    /// `create-custom-entity`
    pub fn create_custom_entity(&self, input: &CreateCustomEntityInput) -> Result<Json, Failure> {
        self.wait(self.connector.create_custom_entity(&self.secrets, input))
    }

    /// `find-contact`
    pub fn find_contact(&self, input: &FindContactInput) -> Result<Vec<Json>, Failure> {
        self.wait(self.connector.find_contact(&self.secrets, input))
    }

    /// `get-account`
    pub fn get_account(&self, input: &GetAccountInput) -> Result<Json, Failure> {
        self.wait(self.connector.get_account(&self.secrets, input))
    }

    /// `list-accounts`
    pub fn list_accounts(&self, input: &ListAccountsInput) -> Result<Vec<Json>, Failure> {
        self.wait(self.connector.list_accounts(&self.secrets, input))
    }

    /// `list-appointment-categories`
    pub fn list_appointment_categories(&self) -> Result<AppointmentCategories, Failure> {
        self.wait(self.connector.list_appointment_categories(&self.secrets))
    }

    /// `list-appointment-category-options`
    pub fn list_appointment_category_options(&self) -> Result<Vec<Category>, Failure> {
        self.wait(self.connector.list_appointment_category_options(&self.secrets))
    }

    /// `list-appointments`
    pub fn list_appointments(&self, input: &ListAppointmentsInput) -> Result<Vec<Json>, Failure> {
        self.wait(self.connector.list_appointments(&self.secrets, input))
    }

    /// `list-solution-id-options`
    pub fn list_solution_id_options(&self) -> Result<Vec<SolutionOption>, Failure> {
        self.wait(self.connector.list_solution_id_options(&self.secrets))
    }

    /// `search-accounts`
    pub fn search_accounts(&self, input: &SearchAccountsInput) -> Result<Vec<Json>, Failure> {
        self.wait(self.connector.search_accounts(&self.secrets, input))
    }

    /// `update-appointment`
    pub fn update_appointment(
        &self,
        input: &UpdateAppointmentInput,
    ) -> Result<UpdatedAppointment, Failure> {
        self.wait(self.connector.update_appointment(&self.secrets, input))
    }
}
