//! `GET appointments?$orderby=scheduledstart desc&$filter=…`
//!
//! List appointments, newest start first, all columns ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/order-rows

use crate::action::{Action, Field, FieldKind, Spec};
use crate::call::Call;
use crate::contract::ListAppointmentsInput;
use crate::dataverse::{Request, Rows};
use crate::failure::Problem;
use crate::fields::{Fields, Kind, Param};
use crate::input;

/// The page of `list_appointments`.
pub struct ListAppointments;

impl Action for ListAppointments {
    const SPEC: Spec = Spec {
        name: "list_appointments",
        description: "List appointments, newest start first, all columns.",
        params: &[
            Param::optional("filter", Kind::Text, "Optional OData $filter (e.g. ‘statecode eq 0’)"),
            Param::optional(
                "records_per_page",
                Kind::Integer,
                "Number of appointments to return (max 100)",
            )
            .or("25"),
        ],
        output: &[Field { name: "appointments", kind: FieldKind::Objects }],
    };
    type Input = ListAppointmentsInput;
    type Output = Rows;

    fn input(fields: &Fields<'_>) -> ListAppointmentsInput {
        ListAppointmentsInput {
            filter: fields.text("filter"),
            records_per_page: fields.integer("records_per_page"),
        }
    }

    fn run(input: &ListAppointmentsInput, call: &mut Call<'_>) -> Result<Rows, Problem> {
        let filter = input::filter(input.filter.as_deref())?;
        let count = input::count("records_per_page", input.records_per_page, 25, 100)?;
        let request = Request::get("appointments")
            .option("$orderby", "scheduledstart desc")
            .filter(filter.as_ref())
            .page_size(count);
        call.rows(request, count)
    }
}
