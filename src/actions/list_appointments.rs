//! `GET appointments?$orderby=scheduledstart desc&$filter=…`
//!
//! List appointments, newest start first, all columns ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/order-rows

use crate::action::{Action, MemberKind, OutputMember, Spec};
use crate::arguments::{Arguments, Parameter, ParameterKind};
use crate::call::Call;
use crate::check;
use crate::contract::ListAppointmentsInput;
use crate::dataverse::{Request, Rows};
use crate::error::Error;

/// The page of `list_appointments`.
pub struct ListAppointments;

impl Action for ListAppointments {
    const SPEC: Spec = Spec {
        name: "list_appointments",
        description: "List appointments, newest start first, all columns.",
        parameters: &[
            Parameter::optional(
                "filter",
                ParameterKind::Text,
                "Optional OData $filter (e.g. ‘statecode eq 0’)",
            ),
            Parameter::optional(
                "records_per_page",
                ParameterKind::Integer,
                "Number of appointments to return (max 100)",
            )
            .or("25"),
        ],
        output: &[OutputMember { name: "appointments", kind: MemberKind::Objects }],
    };
    type Input = ListAppointmentsInput;
    type Output = Rows;

    fn read(arguments: &Arguments<'_>) -> ListAppointmentsInput {
        ListAppointmentsInput {
            filter: arguments.text("filter"),
            records_per_page: arguments.integer("records_per_page"),
        }
    }

    fn run(input: &ListAppointmentsInput, call: &mut Call<'_>) -> Result<Rows, Error> {
        let filter = check::filter(input.filter.as_deref())?;
        let count = check::count("records_per_page", input.records_per_page, 25, 100)?;
        let request = Request::get("appointments")
            .option("$orderby", "scheduledstart desc")
            .filter(filter.as_ref())
            .page_size(count);
        call.rows(request, count)
    }
}
