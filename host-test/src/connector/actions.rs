//! The eleven actions, typed: one method each.
//!
//! The outer result is the host's (the call was stopped or the component trapped), the inner one
//! the action's. A new action in `wit/actions.wit` needs a method here and one in
//! `harness/actions.rs`.

use super::{Connector, Measured};
use crate::bindings::actions::Guest as Actions;
use crate::bindings::actions::{
    AppointmentCategories, Category, CreateAppointmentInput, CreateCustomEntityInput,
    CreatedAppointment, Failure, FindContactInput, GetAccountInput, Json, ListAccountsInput,
    ListAppointmentsInput, SearchAccountsInput, SolutionOption, UpdateAppointmentInput,
    UpdatedAppointment,
};
use crate::error::Error;
use crate::secrets::Secrets;

/// An action's result inside the host's result.
type Answer<T> = Result<Result<T, Failure>, Error>;

/// Each method runs the action of its name in a new instance. It fails with [`Error`] if the
/// component was stopped or trapped.
#[expect(clippy::missing_errors_doc, reason = "documented once, above")]
impl Connector {
    /// `create-appointment`
    pub async fn create_appointment(
        &self,
        secrets: &Secrets,
        input: &CreateAppointmentInput,
    ) -> Answer<CreatedAppointment> {
        let called = self.call::<Actions, _, _, _>(secrets, input, |actions, store, input| {
            Box::pin(actions.call_create_appointment(store, input))
        });
        Ok(called.await?.value)
    }

    /// `create-custom-entity`
    pub async fn create_custom_entity(
        &self,
        secrets: &Secrets,
        input: &CreateCustomEntityInput,
    ) -> Answer<Json> {
        let called = self.call::<Actions, _, _, _>(secrets, input, |actions, store, input| {
            Box::pin(actions.call_create_custom_entity(store, input))
        });
        Ok(called.await?.value)
    }

    /// `find-contact`
    pub async fn find_contact(
        &self,
        secrets: &Secrets,
        input: &FindContactInput,
    ) -> Answer<Vec<Json>> {
        Ok(self.find_contact_measured(secrets, input).await?.value)
    }

    /// `find-contact`, with its cost.
    pub async fn find_contact_measured(
        &self,
        secrets: &Secrets,
        input: &FindContactInput,
    ) -> Result<Measured<Result<Vec<Json>, Failure>>, Error> {
        self.call::<Actions, _, _, _>(secrets, input, |actions, store, input| {
            Box::pin(actions.call_find_contact(store, input))
        })
        .await
    }

    /// `get-account`
    pub async fn get_account(&self, secrets: &Secrets, input: &GetAccountInput) -> Answer<Json> {
        let called = self.call::<Actions, _, _, _>(secrets, input, |actions, store, input| {
            Box::pin(actions.call_get_account(store, input))
        });
        Ok(called.await?.value)
    }

    /// `list-accounts`
    pub async fn list_accounts(
        &self,
        secrets: &Secrets,
        input: &ListAccountsInput,
    ) -> Answer<Vec<Json>> {
        let called = self.call::<Actions, _, _, _>(secrets, input, |actions, store, input| {
            Box::pin(actions.call_list_accounts(store, input))
        });
        Ok(called.await?.value)
    }

    /// `list-appointment-categories`
    pub async fn list_appointment_categories(
        &self,
        secrets: &Secrets,
    ) -> Answer<AppointmentCategories> {
        let called = self.call::<Actions, _, _, _>(secrets, &(), |actions, store, ()| {
            Box::pin(actions.call_list_appointment_categories(store))
        });
        Ok(called.await?.value)
    }

    /// `list-appointment-category-options`
    pub async fn list_appointment_category_options(
        &self,
        secrets: &Secrets,
    ) -> Answer<Vec<Category>> {
        let called = self.call::<Actions, _, _, _>(secrets, &(), |actions, store, ()| {
            Box::pin(actions.call_list_appointment_category_options(store))
        });
        Ok(called.await?.value)
    }

    /// `list-appointments`
    pub async fn list_appointments(
        &self,
        secrets: &Secrets,
        input: &ListAppointmentsInput,
    ) -> Answer<Vec<Json>> {
        let called = self.call::<Actions, _, _, _>(secrets, input, |actions, store, input| {
            Box::pin(actions.call_list_appointments(store, input))
        });
        Ok(called.await?.value)
    }

    /// `list-solution-id-options`
    pub async fn list_solution_id_options(&self, secrets: &Secrets) -> Answer<Vec<SolutionOption>> {
        let called = self.call::<Actions, _, _, _>(secrets, &(), |actions, store, ()| {
            Box::pin(actions.call_list_solution_id_options(store))
        });
        Ok(called.await?.value)
    }

    /// `search-accounts`
    pub async fn search_accounts(
        &self,
        secrets: &Secrets,
        input: &SearchAccountsInput,
    ) -> Answer<Vec<Json>> {
        let called = self.call::<Actions, _, _, _>(secrets, input, |actions, store, input| {
            Box::pin(actions.call_search_accounts(store, input))
        });
        Ok(called.await?.value)
    }

    /// `update-appointment`
    pub async fn update_appointment(
        &self,
        secrets: &Secrets,
        input: &UpdateAppointmentInput,
    ) -> Answer<UpdatedAppointment> {
        let called = self.call::<Actions, _, _, _>(secrets, input, |actions, store, input| {
            Box::pin(actions.call_update_appointment(store, input))
        });
        Ok(called.await?.value)
    }
}
