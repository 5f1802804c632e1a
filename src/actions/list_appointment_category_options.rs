//! `GET EntityDefinitions(LogicalName='appointment')/Attributes(…)`, then its options or `GET
//! appointments?$apply=groupby(…)`
//!
//! Lists the categories that an appointment can have, as options to choose ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api

use alloc::vec::Vec;

use crate::action::{Action, MemberKind, Output, OutputMember, Spec};
use crate::arguments::Arguments;
use crate::call::Call;
use crate::category;
use crate::contract::Category;
use crate::error::Error;
use crate::json::Object;

/// The action `list_appointment_category_options`.
pub struct ListAppointmentCategoryOptions;

impl Action for ListAppointmentCategoryOptions {
    const SPEC: Spec = Spec {
        name: "list_appointment_category_options",
        description: "List the categories that an appointment can have, as options to choose.",
        parameters: &[],
        output: &[OutputMember { name: "options", kind: MemberKind::Objects }],
    };
    type Input = ();
    type Output = Vec<Category>;

    fn read(_: &Arguments<'_>) {}

    fn run((): &(), call: &mut Call<'_>) -> Result<Vec<Category>, Error> {
        category::list(call).map(|list| list.categories)
    }
}

impl Output for Vec<Category> {
    fn write(self, members: &[OutputMember], json: &mut Object<'_>) {
        let [options] = members else { return };
        category::push_all(json.member(options.name), &self);
    }
}
