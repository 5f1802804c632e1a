//! `GET appointments?$orderby=scheduledstart desc&$filter=…`
//!
//! Lists appointments with all columns, latest start first ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/order-rows

use crate::action::{Action, MemberKind, OutputMember, Spec};
use crate::arguments::{Arguments, Constant, Parameter, ParameterKind};
use crate::call::Call;
use crate::check;
use crate::contract::ListAppointmentsInput;
use crate::dataverse::{Request, Rows};
use crate::error::Error;

const FILTER: Parameter = Parameter::optional(
    "filter",
    ParameterKind::Text,
    "Optional OData $filter (e.g. ‘statecode eq 0’)",
);
const RECORDS_PER_PAGE: Parameter = Parameter::optional(
    "records_per_page",
    ParameterKind::Integer,
    "Number of appointments to return (max 100)",
)
.or(Constant::Integer(25));

/// The action `list_appointments`.
pub struct ListAppointments;

impl Action for ListAppointments {
    const SPEC: Spec = Spec {
        name: "list_appointments",
        description: "List appointments, newest start first, all columns.",
        parameters: &[FILTER, RECORDS_PER_PAGE],
        output: &[OutputMember { name: "appointments", kind: MemberKind::Objects }],
    };
    type Input = ListAppointmentsInput;
    type Output = Rows;

    fn read(arguments: &Arguments<'_>) -> ListAppointmentsInput {
        ListAppointmentsInput {
            filter: arguments.text(&FILTER),
            records_per_page: arguments.integer(&RECORDS_PER_PAGE),
        }
    }

    fn run(input: &ListAppointmentsInput, call: &mut Call<'_>) -> Result<Rows, Error> {
        let filter = check::filter(&FILTER, input.filter.as_deref())?;
        let count = check::count(&RECORDS_PER_PAGE, input.records_per_page, 100)?;
        let request = Request::get("appointments")
            .option("$orderby", "scheduledstart desc")
            .filter(filter.as_ref())
            .page_size(count);
        call.rows(request, count)
    }
}
