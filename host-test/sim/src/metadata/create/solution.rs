//! The solution of a new table or column, and the prefix of its publisher.

use uuid::Uuid;

use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::world::World;

/// The allowed prefixes. If the header `MSCRM.SolutionUniqueName` or the URL names a solution, its
/// publisher's prefix. Otherwise that of the default solution's publisher and, for a column, that
/// of its table; a setting allows any publisher's (all inferred).
pub(crate) fn prefixes(
    world: &World,
    exchange: &Exchange,
    table: Option<&str>,
) -> Result<Vec<String>, Problem> {
    let Some(name) = named(exchange) else { return Ok(default_prefixes(world, table)) };
    let solution = world
        .rows("solution")
        .find(|row| row.text("uniquename").is_some_and(|known| known.eq_ignore_ascii_case(&name)))
        .ok_or_else(|| Problem::no_such_solution(&name))?;
    if solution.get("ismanaged").to_json() == true {
        return Err(Problem::managed_solution(&name));
    }
    let publisher = solution.get("_publisherid_value").guid();
    let prefix = publisher.and_then(|id| publisher_prefix(world, id));
    Ok(vec![prefix.ok_or_else(|| Problem::no_such_solution(&name))?])
}

fn named(exchange: &Exchange) -> Option<String> {
    let header = exchange.headers.get("mscrm.solutionuniquename");
    let header = header.and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(name) = header.filter(|name| !name.is_empty()) {
        return Some(name.to_owned());
    }
    let mut options = form_urlencoded::parse(exchange.query.as_bytes());
    let found = options.find(|(name, _)| name.eq_ignore_ascii_case("SolutionUniqueName"));
    found.map(|(_, value)| value.trim().to_owned()).filter(|name| !name.is_empty())
}

fn default_prefixes(world: &World, table: Option<&str>) -> Vec<String> {
    if world.settings.any_prefix_without_solution {
        let publishers = world.rows("publisher");
        let prefixes = publishers.filter_map(|row| row.text("customizationprefix"));
        return prefixes.map(str::to_owned).collect();
    }
    let default = world.rows("solution").find(|row| row.text("uniquename") == Some("Default"));
    let publisher = default.and_then(|row| row.get("_publisherid_value").guid());
    let prefix = publisher.and_then(|id| publisher_prefix(world, id));
    let of_table = table.and_then(|name| name.split_once('_')).map(|(prefix, _)| prefix.to_owned());
    let mut prefixes = vec![prefix.unwrap_or_else(|| "new".to_owned())];
    prefixes.extend(of_table);
    prefixes
}

fn publisher_prefix(world: &World, id: Uuid) -> Option<String> {
    let publisher = world.row("publisher", id)?;
    publisher.text("customizationprefix").map(str::to_owned)
}
