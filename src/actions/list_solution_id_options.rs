//! `GET solutions?$select=…&$filter=ismanaged eq false and isvisible eq true`
//!
//! Lists the solutions that can contain a new table, as options to choose ([docs]).
//!
//! [docs]: https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/solution

use alloc::vec::Vec;

use super::ROW_LIMIT;
use crate::action::{self, Action, MemberKind, Output, OutputMember, Spec};
use crate::arguments::Arguments;
use crate::call::Call;
use crate::contract::SolutionOption;
use crate::dataverse::Request;
use crate::dataverse::answer::required;
use crate::error::Error;
use crate::json::{Json, Object, quoted};

/// The action `list_solution_id_options`.
pub struct ListSolutionIdOptions;

impl Action for ListSolutionIdOptions {
    const SPEC: Spec = Spec {
        name: "list_solution_id_options",
        description: "List the visible unmanaged solutions, those that can take a new table, as options to choose.",
        parameters: &[],
        output: &[OutputMember { name: "solutions", kind: MemberKind::Objects }],
    };
    type Input = ();
    type Output = Vec<SolutionOption>;

    fn read(_: &Arguments<'_>) {}

    fn run((): &(), call: &mut Call<'_>) -> Result<Vec<SolutionOption>, Error> {
        let request = Request::get("solutions")
            .select(&["solutionid", "uniquename", "friendlyname"])
            .option("$filter", "ismanaged eq false and isvisible eq true")
            .option("$orderby", "friendlyname");
        let mut options = Vec::new();
        for solution in call.rows(request, ROW_LIMIT)?.json() {
            options.push(option(solution)?);
        }
        Ok(options)
    }
}

fn option(solution: Json<'_>) -> Result<SolutionOption, Error> {
    let value = required(solution, "solutionid")?;
    let name = |member| solution.text(member).filter(|name| !name.is_empty());
    let label = name("friendlyname").or_else(|| name("uniquename"));
    Ok(SolutionOption { label: label.unwrap_or_else(|| value.clone()), value })
}

impl Output for Vec<SolutionOption> {
    fn write(self, members: &[OutputMember], json: &mut Object<'_>) {
        let [solutions] = members else { return };
        json.array(solutions.name, &self, |out, option| {
            out.push_str(&action::option(&quoted(&option.value), &option.label));
        });
    }
}
