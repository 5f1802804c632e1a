//! `GET EntityDefinitions(LogicalName='appointment')/Attributes(…)`, then its options or `GET appointments?$apply=groupby(…)`
//!
//! List the categories that an appointment can have, as options to choose ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api

use alloc::vec::Vec;

use crate::action::{Action, Field, FieldKind, Output, Spec};
use crate::call::Call;
use crate::category;
use crate::contract::Category;
use crate::failure::Problem;
use crate::fields::Fields;
use crate::json::Object;

/// The page of `list_appointment_category_options`.
pub struct ListAppointmentCategoryOptions;

impl Action for ListAppointmentCategoryOptions {
    const SPEC: Spec = Spec {
        name: "list_appointment_category_options",
        description: "List the categories that an appointment can have, as options to choose.",
        params: &[],
        output: &[Field { name: "options", kind: FieldKind::Objects }],
    };
    type Input = ();
    type Output = Vec<Category>;

    fn input(_: &Fields<'_>) {}

    fn run((): &(), call: &mut Call<'_>) -> Result<Vec<Category>, Problem> {
        category::list(call).map(|list| list.categories)
    }
}

impl Output for Vec<Category> {
    fn write(self, _: &[Field], json: &mut Object<'_>) {
        category::push_all(json.member("options"), &self);
    }
}
