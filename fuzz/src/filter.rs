//! The check of a caller's `$filter`.

use std::cell::RefCell;
use std::collections::BTreeSet;

use bytes::Bytes;
use dataverse_sim::{Dataverse, Seed, World};
use dynamics365_sales::dataverse::query::Filter;
use dynamics365_sales::text::percent::push_encoded;
use serde_json::{Map, Value};

thread_local! {
    // Created once, since it is only read.
    static ORGANIZATION: RefCell<Dataverse> = RefCell::new(organization());
}

/// A caller's filter is refused, or it leaves the conditions around it intact: combined with `name
/// eq 'A'` on either side, it can only narrow the result. The simulator is the judge: it parses and
/// evaluates the combined filter with its own code.
pub fn changes_nothing_around_it(text: &str) {
    let own = match Filter::own(text) {
        Ok(own) => own,
        Err(reason) => return assert!(!reason.is_empty()),
    };
    ORGANIZATION.with_borrow_mut(|organization| {
        let mut only_a = found(organization, own.as_str());
        if let Some(found) = &mut only_a {
            found.retain(|name| name == "A");
        }
        let a = || Filter::equals("name", "A");
        for sandwich in [a().and(own.clone()), own.clone().and(a()), a().and(own.clone()).and(a())]
        {
            assert_eq!(found(organization, sandwich.as_str()), only_a, "{}", sandwich.as_str());
        }
    });
}

fn organization() -> Dataverse {
    let mut world = World::new(&Seed::bare());
    world.settings.authentication = false;
    world.settings.enforce_limits = false;
    let mut dataverse = Dataverse::new(world);
    for name in ["A", "B", "x", "a) or (b"] {
        let row = Map::from_iter([("name".to_owned(), Value::from(name))]);
        dataverse.world.insert("account", row).expect("an account needs no more than a name");
    }
    dataverse
}

/// The names of the accounts that match the filter; `None` if it is refused.
fn found(dataverse: &mut Dataverse, filter: &str) -> Option<BTreeSet<String>> {
    let mut url =
        "https://org.crm.dynamics.com/api/data/v9.2/accounts?$select=name&$filter=".to_owned();
    push_encoded(&mut url, filter);
    let request = http::Request::get(url).body(Bytes::new()).ok()?;
    let answer = dataverse.handle(request);
    dataverse.journal_mut().clear();
    if answer.status() != 200 {
        return None;
    }
    let answer: Value = serde_json::from_slice(answer.body()).expect("the simulator answers JSON");
    let rows = answer["value"].as_array()?;
    Some(rows.iter().filter_map(|row| Some(row["name"].as_str()?.to_owned())).collect())
}
