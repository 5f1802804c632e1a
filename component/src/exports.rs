//! The exports: one `export!` per action, and how its result is written for the host.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::canonical::{Maybe, Returned, Text};
use crate::outside::outside;
use sales::action::Action;
use sales::actions::{
    CreateAppointment, CreateCustomEntity, FindContact, GetAccount, ListAccounts,
    ListAppointmentCategories, ListAppointmentCategoryOptions, ListAppointments,
    ListSolutionIdOptions, SearchAccounts, UpdateAppointment,
};
use sales::call::Call;
use sales::contract::{
    AppointmentCategories, Category, CategoryValue, Connection, CreateAppointmentInput,
    CreateCustomEntityInput, CreatedAppointment, Failure, FindContactInput, GetAccountInput,
    ListAccountsInput, ListAppointmentsInput, SearchAccountsInput, SolutionOption,
    UpdateAppointmentInput, UpdatedAppointment,
};
use sales::dataverse::Rows;
use sales::error::Error;

/// An export, and the function that the host calls after reading the result. Arguments are declared
/// with their `wit/` types and arrive flattened by the canonical ABI.
macro_rules! export {
    ($name:literal, ($($arguments:tt)*) => $answer:expr) => {
        const _: () = {
            export!(@flat $name, [], [], ($($arguments)*) => $answer);

            #[expect(unsafe_code, reason = "no other function has this name")]
            #[unsafe(export_name = concat!("cabi_post_", $name))]
            extern "C" fn read(returned: Box<Returned>) {
                drop(returned);
            }
        };
    };
    (@flat $name:literal, [$($flat:tt)*], [$($take:tt)*], ($argument:ident: string $(, $($rest:tt)*)?) => $answer:expr) => {
        export!(
            @flat $name,
            [$($flat)* at: *mut u8, length: usize,],
            [$($take)* let $argument = Text { at, length }.take();],
            ($($($rest)*)?) => $answer
        );
    };
    (@flat $name:literal, [$($flat:tt)*], [$($take:tt)*], ($argument:ident: option<string> $(, $($rest:tt)*)?) => $answer:expr) => {
        export!(
            @flat $name,
            [$($flat)* is_some: i32, at: *mut u8, length: usize,],
            [$($take)* let $argument = (is_some != 0).then(|| Text { at, length }.take());],
            ($($($rest)*)?) => $answer
        );
    };
    (@flat $name:literal, [$($flat:tt)*], [$($take:tt)*], ($argument:ident: option<s32> $(, $($rest:tt)*)?) => $answer:expr) => {
        export!(
            @flat $name,
            [$($flat)* is_some: i32, value: i32,],
            [$($take)* let $argument = (is_some != 0).then_some(value);],
            ($($($rest)*)?) => $answer
        );
    };
    // More than 16 flat values are passed in memory.
    (@flat $name:literal, [], [], ($argument:ident: $record:ty) => $answer:expr) => {
        export!(@flat $name, [$argument: Box<$record>,], [], () => $answer);
    };
    (@flat $name:literal, [$($flat:tt)*], [$($take:tt)*], () => $answer:expr) => {
        #[expect(unsafe_code, reason = "no other function has this name")]
        #[unsafe(export_name = $name)]
        extern "C" fn export($($flat)*) -> Box<Returned> {
            $($take)*
            $answer
        }
    };
}

export!(
    "dynamics365:sales/actions@0.1.0#create-appointment",
    (
        subject: string,
        scheduledstart: string,
        scheduledend: string,
        regarding_account_id: string,
        required_attendee_email: string,
        category: option<s32>,
        idempotency_key: option<string>,
    ) => answer::<CreateAppointment>(CreateAppointmentInput {
        subject,
        scheduledstart,
        scheduledend,
        regarding_account_id,
        required_attendee_email,
        category,
        idempotency_key,
    })
);

/// `create-custom-entity-input` in its memory layout.
#[repr(C)]
struct NewEntity {
    solution_id: Text,
    display_name: Text,
    primary_attribute: Text,
    language_code: Maybe<i32>,
    additional_attributes: Maybe<Text>,
    description: Maybe<Text>,
    has_activities: Maybe<u8>,
    has_notes: Maybe<u8>,
}

export!(
    "dynamics365:sales/actions@0.1.0#create-custom-entity",
    (input: NewEntity) => answer::<CreateCustomEntity>(CreateCustomEntityInput {
        solution_id: input.solution_id.take(),
        display_name: input.display_name.take(),
        primary_attribute: input.primary_attribute.take(),
        language_code: input.language_code.take(),
        additional_attributes: input.additional_attributes.text(),
        description: input.description.text(),
        has_activities: input.has_activities.boolean(),
        has_notes: input.has_notes.boolean(),
    })
);

export!(
    "dynamics365:sales/actions@0.1.0#find-contact",
    (contact_id: option<string>, name: option<string>, filter: option<string>) =>
        answer::<FindContact>(FindContactInput { contact_id, name, filter })
);

export!(
    "dynamics365:sales/actions@0.1.0#get-account",
    (account_id: string) => answer::<GetAccount>(GetAccountInput { account_id })
);

export!(
    "dynamics365:sales/actions@0.1.0#list-accounts",
    (filter: option<string>, records_per_page: option<s32>) =>
        answer::<ListAccounts>(ListAccountsInput { filter, records_per_page })
);

export!(
    "dynamics365:sales/actions@0.1.0#list-appointment-categories",
    () => answer::<ListAppointmentCategories>(())
);

export!(
    "dynamics365:sales/actions@0.1.0#list-appointment-category-options",
    () => answer::<ListAppointmentCategoryOptions>(())
);

export!(
    "dynamics365:sales/actions@0.1.0#list-appointments",
    (filter: option<string>, records_per_page: option<s32>) =>
        answer::<ListAppointments>(ListAppointmentsInput { filter, records_per_page })
);

export!(
    "dynamics365:sales/actions@0.1.0#list-solution-id-options",
    () => answer::<ListSolutionIdOptions>(())
);

export!(
    "dynamics365:sales/actions@0.1.0#search-accounts",
    (search_term: string) => answer::<SearchAccounts>(SearchAccountsInput { search_term })
);

export!(
    "dynamics365:sales/actions@0.1.0#update-appointment",
    (
        appointment_id: string,
        subject: option<string>,
        scheduledstart: option<string>,
        scheduledend: option<string>,
        category: option<s32>,
    ) => answer::<UpdateAppointment>(UpdateAppointmentInput {
        appointment_id,
        subject,
        scheduledstart,
        scheduledend,
        category,
    })
);

export!(
    "dynamics365:sales/plugin@0.1.0#describe",
    () => text(sales::plugin::describe())
);

export!(
    "dynamics365:sales/plugin@0.1.0#invoke",
    (action: string, input: string) => text(sales::plugin::invoke(&action, &input, outside()))
);

export!(
    "dynamics365:sales/plugin@0.1.0#run",
    (action: string, input: string) => sales::plugin::run(&action, &input, outside()).map_or_else(failed, success)
);

export!(
    "dynamics365:sales/plugin@0.1.0#check-connection",
    () => sales::plugin::check_connection(outside()).map_or_else(failed, success)
);

fn answer<A: Action<Output: Lower>>(input: A::Input) -> Box<Returned> {
    let mut call = call();
    match A::run(&input, &mut call) {
        Ok(output) => success(output),
        Err(error) => unsuccessful(&call, error),
    }
}

// Not inlined into each export, like the next two.
#[inline(never)]
fn call() -> Call<'static> {
    Call::new(outside())
}

#[inline(never)]
fn unsuccessful(call: &Call<'_>, error: Error) -> Box<Returned> {
    failed(call.failure(error))
}

#[inline(never)]
fn failed(failure: Failure) -> Box<Returned> {
    let mut returned = Returned::new();
    returned.failure(failure);
    returned
}

fn success(value: impl Lower) -> Box<Returned> {
    let mut returned = Returned::new();
    returned.word(0);
    value.lower(&mut returned);
    returned
}

fn text(text: String) -> Box<Returned> {
    let mut returned = Returned::new();
    returned.text(text);
    returned
}

/// A value of `wit/`, written for the host.
trait Lower {
    fn lower(self, returned: &mut Returned);
}

impl Lower for String {
    fn lower(self, returned: &mut Returned) {
        returned.text(self);
    }
}

impl Lower for Rows {
    fn lower(self, returned: &mut Returned) {
        for row in self.iter() {
            returned.item_within(row);
        }
        returned.list(2);
        returned.keep_all(self.into_pages());
    }
}

impl Lower for CreatedAppointment {
    fn lower(self, returned: &mut Returned) {
        returned.text(self.appointment_id);
        returned.text(self.deep_link);
        returned.text(self.appointment);
    }
}

impl Lower for UpdatedAppointment {
    fn lower(self, returned: &mut Returned) {
        returned.text(self.appointment_id);
        for field in self.updated_fields {
            returned.item_text(field);
        }
        returned.list(2);
    }
}

impl Lower for AppointmentCategories {
    fn lower(self, returned: &mut Returned) {
        returned.word(self.category_type as usize);
        self.categories.lower(returned);
    }
}

impl Lower for Vec<Category> {
    fn lower(self, returned: &mut Returned) {
        for category in self {
            match category.value {
                CategoryValue::Number(number) => {
                    returned.item(0);
                    returned.item(number.cast_unsigned() as usize);
                    returned.item(0);
                }
                CategoryValue::Text(text) => {
                    returned.item(1);
                    returned.item_text(text);
                }
            }
            returned.item_text(category.label);
        }
        returned.list(5);
    }
}

impl Lower for Vec<SolutionOption> {
    fn lower(self, returned: &mut Returned) {
        for option in self {
            returned.item_text(option.value);
            returned.item_text(option.label);
        }
        returned.list(4);
    }
}

impl Lower for Connection {
    fn lower(self, returned: &mut Returned) {
        returned.text(self.user_id);
        returned.text(self.business_unit_id);
        returned.text(self.organization_id);
    }
}
