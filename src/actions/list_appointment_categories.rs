//! `GET EntityDefinitions(LogicalName='appointment')/Attributes(…)`, then its options or `GET
//! appointments?$apply=groupby(…)`
//!
//! Lists the categories that an appointment can have, and the type of the column ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query-metadata-web-api

use crate::action::{Action, MemberKind, Output, OutputMember, Spec};
use crate::arguments::Arguments;
use crate::call::Call;
use crate::category;
use crate::contract::{AppointmentCategories, CategoryType};
use crate::error::Error;
use crate::json::Object;

/// The action `list_appointment_categories`.
pub struct ListAppointmentCategories;

impl Action for ListAppointmentCategories {
    const SPEC: Spec = Spec {
        name: "list_appointment_categories",
        description: "List the categories that an appointment can have, with the type of the column.",
        parameters: &[],
        output: &[
            OutputMember { name: "category_type", kind: MemberKind::Text },
            OutputMember { name: "categories", kind: MemberKind::Objects },
        ],
    };
    type Input = ();
    type Output = AppointmentCategories;

    fn read(_: &Arguments<'_>) {}

    fn run((): &(), call: &mut Call<'_>) -> Result<AppointmentCategories, Error> {
        category::list(call)
    }
}

impl Output for AppointmentCategories {
    fn write(self, members: &[OutputMember], json: &mut Object<'_>) {
        let category_type = match self.category_type {
            CategoryType::Picklist => "picklist",
            CategoryType::Text => "text",
        };
        let [type_member, categories] = members else { return };
        json.text(type_member.name, category_type);
        category::push_all(json.member(categories.name), &self.categories);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::recorded::{answer, ask};

    #[test]
    fn says_which_column_cannot_be_read_when_a_cast_is_refused() {
        for status in [400, 404] {
            let ran = ask::<ListAppointmentCategories>((), |request| {
                if request.path.contains("PicklistAttributeMetadata") {
                    answer(status, "")
                } else {
                    answer(200, r#"{"AttributeType":"Picklist"}"#)
                }
            });
            let message = ran.result.err().unwrap().message;
            assert!(
                message.starts_with(
                    "the options of the column `category` of `appointment` cannot be read; "
                ),
                "{message}"
            );
            assert_eq!(ran.requests.len(), 2);
        }
    }
}
