//! The exports: one line an action, too thin to be wrong.

use alloc::string::String;
use alloc::vec::Vec;

use crate::outside::outside;
use sales::action::{Action, run};
use sales::actions::{
    CreateAppointment, CreateCustomEntity, FindContact, GetAccount, ListAccounts,
    ListAppointmentCategories, ListAppointmentCategoryOptions, ListAppointments,
    ListSolutionIdOptions, SearchAccounts, UpdateAppointment,
};
use sales::contract::exports::dynamics365::sales::{actions, plugin};
use sales::contract::{
    AppointmentCategories, Category, Connection, CreateAppointmentInput, CreateCustomEntityInput,
    CreatedAppointment, Failure, FindContactInput, GetAccountInput, ListAccountsInput,
    ListAppointmentsInput, SearchAccountsInput, SolutionOption, UpdateAppointmentInput,
    UpdatedAppointment,
};
use sales::dataverse::Rows;

struct Component;

fn answer<A: Action>(input: A::Input) -> Result<A::Output, Failure> {
    run::<A>(input, outside())
}

impl actions::Guest for Component {
    fn create_appointment(input: CreateAppointmentInput) -> Result<CreatedAppointment, Failure> {
        answer::<CreateAppointment>(input)
    }

    fn create_custom_entity(input: CreateCustomEntityInput) -> Result<String, Failure> {
        answer::<CreateCustomEntity>(input)
    }

    fn find_contact(input: FindContactInput) -> Result<Vec<String>, Failure> {
        answer::<FindContact>(input).map(Rows::into_texts)
    }

    fn get_account(input: GetAccountInput) -> Result<String, Failure> {
        answer::<GetAccount>(input)
    }

    fn list_accounts(input: ListAccountsInput) -> Result<Vec<String>, Failure> {
        answer::<ListAccounts>(input).map(Rows::into_texts)
    }

    fn list_appointment_categories() -> Result<AppointmentCategories, Failure> {
        answer::<ListAppointmentCategories>(())
    }

    fn list_appointment_category_options() -> Result<Vec<Category>, Failure> {
        answer::<ListAppointmentCategoryOptions>(())
    }

    fn list_appointments(input: ListAppointmentsInput) -> Result<Vec<String>, Failure> {
        answer::<ListAppointments>(input).map(Rows::into_texts)
    }

    fn list_solution_id_options() -> Result<Vec<SolutionOption>, Failure> {
        answer::<ListSolutionIdOptions>(())
    }

    fn search_accounts(input: SearchAccountsInput) -> Result<Vec<String>, Failure> {
        answer::<SearchAccounts>(input).map(Rows::into_texts)
    }

    fn update_appointment(input: UpdateAppointmentInput) -> Result<UpdatedAppointment, Failure> {
        answer::<UpdateAppointment>(input)
    }
}

impl plugin::Guest for Component {
    fn describe() -> String {
        sales::plugin::describe()
    }

    fn invoke(action: String, input: String) -> String {
        sales::plugin::invoke(&action, &input, outside())
    }

    fn run(action: String, input: String) -> Result<String, Failure> {
        sales::plugin::run(&action, &input, outside())
    }

    fn check_connection() -> Result<Connection, Failure> {
        sales::plugin::check_connection(outside())
    }
}

sales::contract::export!(Component with_types_in sales::contract);
