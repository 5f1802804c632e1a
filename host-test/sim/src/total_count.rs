//! `RetrieveTotalRecordCount(EntityNames=…)`: the number of rows in tables. The real service counts
//! once a day, this one immediately ([count
//! rows](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/count-rows)).

use http::Method;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::exchange::{Exchange, Reply};
use crate::problem::Problem;
use crate::query::Options;
use crate::world::World;

/// Answers the function. Its parameter is in the parentheses or in an alias.
pub(crate) fn answer(world: &World, exchange: &Exchange) -> Result<Reply, Problem> {
    if !matches!(exchange.method, Method::GET | Method::HEAD) {
        return Err(Problem::method_not_allowed(&exchange.method));
    }
    let mut counts = Vec::new();
    let names = names(exchange)?;
    for name in &names {
        if !world.schema.tables.contains_key(name) {
            return Err(Problem::no_such_table(name, "00000000-0000-0000-0000-000000000000"));
        }
        counts.push(world.count(name));
    }
    let context = "$metadata#Microsoft.Dynamics.CRM.RetrieveTotalRecordCountResponse";
    Ok(Reply::ok(json!({
        "@odata.context": format!("{}{context}", exchange.service_root()),
        "EntityRecordCountCollection": {
            "Count": names.len(),
            "IsReadOnly": false,
            "Keys": names,
            "Values": counts,
        },
    })))
}

fn names(exchange: &Exchange) -> Result<Vec<String>, Problem> {
    let path = percent_decode_str(&exchange.resource).decode_utf8_lossy();
    let inner = path.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    let value = inner.and_then(|inner| inner.trim().strip_prefix("EntityNames="));
    let value = value.ok_or_else(Problem::bad_syntax)?;
    let options = Options::read(&exchange.query)?;
    let value = if value.starts_with('@') {
        options.get(value).ok_or_else(Problem::bad_syntax)?
    } else {
        value
    };
    // The documentation uses single quotes, JSON double ones; both occur.
    let list: Value =
        serde_json::from_str(&value.replace('\'', "\"")).map_err(|_| Problem::bad_syntax())?;
    let list = list.as_array().ok_or_else(Problem::bad_syntax)?;
    let names = list.iter().map(|name| name.as_str().map(str::to_owned));
    names.collect::<Option<_>>().ok_or_else(Problem::bad_syntax)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;
    use crate::seed::Seed;

    fn ask(resource: &str, query: &str) -> Result<Value, Problem> {
        let exchange = Exchange {
            method: Method::GET,
            origin: "https://org.crm.dynamics.com".to_owned(),
            version: "v9.2".to_owned(),
            resource: resource.to_owned(),
            query: query.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let reply = answer(&World::new(&Seed::default()), &exchange)?;
        let bytes = reply.body.map(crate::exchange::Body::into_bytes).unwrap();
        Ok(serde_json::from_slice(&bytes).unwrap())
    }

    #[test]
    fn counts_tables_named_in_place_or_by_an_alias() {
        let counts = json!({
            "Count": 2, "IsReadOnly": false, "Keys": ["account", "contact"], "Values": [25, 40],
        });
        for (resource, query) in [
            ("RetrieveTotalRecordCount(EntityNames=['account','contact'])", ""),
            ("RetrieveTotalRecordCount(EntityNames=@p1)", "@p1=%5B%22account%22,%22contact%22%5D"),
        ] {
            assert_eq!(ask(resource, query).unwrap()["EntityRecordCountCollection"], counts);
        }
    }

    #[test]
    fn refuses_an_invalid_list_of_tables() {
        let status = |resource| ask(resource, "").unwrap_err().status.as_u16();
        assert_eq!(status("RetrieveTotalRecordCount"), 400);
        assert_eq!(status("RetrieveTotalRecordCount(EntityNames=@p1)"), 400);
        assert_eq!(status("RetrieveTotalRecordCount(EntityNames=[5])"), 400);
        assert_eq!(status("RetrieveTotalRecordCount(EntityNames=['nope'])"), 404);
    }
}
