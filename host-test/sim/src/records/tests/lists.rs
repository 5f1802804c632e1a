use super::*;
use crate::record_settings::{NextLinks, TopWithPageSize};
use crate::seed::Seed;

#[test]
fn a_list_is_written_in_the_documented_form() {
    let mut world = World::default();
    let answer = get(&mut world, "accounts?$select=name&$filter=name eq 'Contoso Ltd'");
    let row = world.row("account", Seed::account(0)).unwrap();
    assert_eq!(
        answer.text,
        format!(
            "{{\"@odata.context\":\"https://org.crm.dynamics.com/api/data/v9.2/$metadata#accounts(name)\",\"value\":[{{\
             \"@odata.etag\":\"W/\\\"{}\\\"\",\"name\":\"Contoso Ltd\",\"accountid\":\"{}\"}}]}}",
            row.version(),
            row.id()
        )
    );
    assert!(answer.headers.is_empty());
}

#[test]
fn each_page_links_to_the_next() {
    let mut world = World::default();
    let mut path = "accounts?$select=name&$orderby=address1_city%20desc,name".to_owned();
    let mut names = Vec::new();
    let mut sizes = Vec::new();
    loop {
        let page = get_preferring(&mut world, &path, "odata.maxpagesize=7");
        assert_eq!(page.header("preference-applied"), Some("odata.maxpagesize=7"));
        sizes.push(page.column("name").len());
        names.extend(page.column("name"));
        match page.json()["@odata.nextLink"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(sizes, [7, 7, 7, 4]);
    let whole =
        get(&mut world, "accounts?$select=name&$orderby=address1_city desc,name").column("name");
    assert_eq!(names, whole);
}

#[test]
fn rows_added_before_a_page_do_not_move_it() {
    let mut world = World::default();
    let first =
        get_preferring(&mut world, "accounts?$select=name&$orderby=name", "odata.maxpagesize=10");
    let row = serde_json::json!({"name": "0000 first of all"});
    world.insert("account", row.as_object().unwrap().clone()).unwrap();
    let last = first.json()["value"][9]["accountid"].as_str().unwrap().parse().unwrap();
    world.remove("account", last);
    let next = first.json()["@odata.nextLink"].as_str().unwrap().to_owned();
    let second = get_preferring(&mut world, &next, "odata.maxpagesize=100");
    assert_eq!(second.column("name").len(), 15);
    assert!(second.json().get("@odata.nextLink").is_none());
    assert!(!first.column("name").contains(&second.column("name")[0]));
}

#[test]
fn the_last_page_has_no_link_even_if_it_is_full() {
    let mut world = World::default();
    let full = get_preferring(&mut world, "accounts?$select=name", "odata.maxpagesize=25");
    assert_eq!(full.column("name").len(), 25);
    assert!(full.json().get("@odata.nextLink").is_none());
}

#[test]
fn top_limits_without_a_link() {
    let mut world = World::default();
    let answer = get(&mut world, "accounts?$select=name&$top=3");
    assert_eq!(answer.column("name").len(), 3);
    assert!(answer.json().get("@odata.nextLink").is_none());
    assert_eq!(get(&mut world, "accounts?$top=0").text.matches("accountid").count(), 0);
}

#[test]
fn top_with_a_page_size_is_a_setting() {
    let mut world = World::default();
    let mut count = |rule| {
        world.settings.records.top_with_page_size = rule;
        let answer =
            send(&mut world, "GET accounts?$top=3", &[("Prefer", "odata.maxpagesize=5")], "");
        answer.map(|answer| (answer.column("name").len(), answer.text.contains("nextLink"))).ok()
    };
    assert_eq!(count(TopWithPageSize::TopIsIgnored), Some((5, true)));
    assert_eq!(count(TopWithPageSize::PageSizeIsIgnored), Some((3, false)));
    assert_eq!(count(TopWithPageSize::Refused), None);
}

#[test]
fn a_page_has_at_most_5000_rows() {
    let mut world = World::new(&Seed { accounts: 5_001, contacts: 0, ..Seed::bare() });
    let answer =
        get_preferring(&mut world, "accounts?$select=name&$count=true", "odata.maxpagesize=9999");
    assert_eq!(answer.header("Preference-Applied"), Some("odata.maxpagesize=5000"));
    let page = answer.json();
    assert_eq!(page["value"].as_array().unwrap().len(), 5_000);
    assert_eq!(page["@odata.count"], 5_000);
    let next = page["@odata.nextLink"].as_str().unwrap().to_owned();
    assert_eq!(get(&mut world, &next).column("name").len(), 1);
    assert_eq!(get(&mut world, "accounts/$count").text, "5000");
}

#[test]
fn counts_and_their_annotations() {
    let mut world = World::default();
    let path = "accounts?$select=name&$filter=contains(name,'brackets')&$count=true";
    let answer = get_preferring(
        &mut world,
        path,
        "odata.maxpagesize=1,odata.include-annotations=\"Microsoft.Dynamics.CRM.total*\"",
    );
    assert!(answer.text.contains(
        "\"@odata.count\":2,\"@Microsoft.Dynamics.CRM.totalrecordcount\":2,\
         \"@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded\":false,\"value\":["
    ));
    let applied: Vec<&str> = answer.headers.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(
        applied,
        ["odata.maxpagesize=1", "odata.include-annotations=\"Microsoft.Dynamics.CRM.total*\""]
    );
    assert_eq!(get(&mut world, "accounts/$count?$filter=contains(name,'brackets')").text, "2");
}

#[test]
fn orders_by_several_columns_null_first_lookups_by_name() {
    let mut world = World::default();
    let cities = get(&mut world, "accounts?$select=address1_city&$orderby=address1_city")
        .column("address1_city");
    assert!(
        cities.windows(2).all(|pair| pair[0].as_str().unwrap().to_lowercase()
            <= pair[1].as_str().unwrap().to_lowercase())
    );
    let categories =
        get(&mut world, "appointments?$select=category&$orderby=category asc").column("category");
    assert_eq!((&categories[0], &categories[11]), (&Value::Null, &Value::from("Review")));
    let by_lookup = get(&mut world, "accounts?$top=1&$orderby=_primarycontactid_value&$expand=primarycontactid($select=fullname)").json();
    assert!(
        by_lookup["value"][0]["primarycontactid"]["fullname"].as_str().unwrap().starts_with('A')
    );
    let starts = get(
        &mut world,
        "appointments?$select=scheduledstart&$orderby=scheduledstart%20desc&$top=2",
    )
    .column("scheduledstart");
    assert_eq!(starts, ["2026-02-16T21:00:00Z", "2026-02-16T20:00:00Z"]);
}

#[test]
fn distinct_values_and_totals() {
    let mut world = World::default();
    let distinct = get(&mut world, "appointments?$apply=groupby((category))");
    assert_eq!(
        distinct.text,
        "{\"@odata.context\":\"https://org.crm.dynamics.com/api/data/v9.2/$metadata#appointments\",\
         \"value\":[{},{\"category\":\"Demo\"},{\"category\":\"Review\"}]}"
    );
    let filtered = get(
        &mut world,
        "appointments?$apply=filter(category ne null)/groupby((category),aggregate($count as n))",
    );
    assert_eq!(
        filtered.json()["value"],
        serde_json::json!([{"category": "Demo", "n": 3}, {"category": "Review", "n": 3}])
    );
    let total = get_preferring(
        &mut world,
        "accounts?$apply=aggregate(revenue with sum as total,revenue with max as most)",
        "odata.include-annotations=\"*\"",
    );
    assert!(
        total.text.contains(".000000000")
            && total.text.contains("\"total@OData.Community.Display.V1.FormattedValue\":\"$"),
        "{}",
        total.text
    );
    let path = "accounts?$apply=filter(name eq 'Contoso Ltd')/groupby((primarycontactid/fullname))";
    assert_eq!(
        get(&mut world, path).json()["value"],
        serde_json::json!([{"contact_fullname": "Susanna Stubberod"}])
    );
    for (apply, status) in [
        ("compute(1 as x)", 501),
        ("groupby((createdon))", 400),
        ("groupby((foo))", 400),
        ("aggregate(name with sum as x)", 501),
        ("filter(name eq 'x')", 501),
    ] {
        assert_eq!(
            refusal(&mut world, &format!("GET accounts?$apply={apply}"), "").0,
            status,
            "{apply}"
        );
    }
}

#[test]
fn refuses_an_invalid_skiptoken() {
    let mut world = World::default();
    let (status, code, _) = refusal(&mut world, "GET accounts?$skiptoken=2", "");
    assert_eq!((status, code.as_str()), (400, "0x80060888"));
}

#[test]
fn lists_solutions_that_accept_a_table() {
    let mut world = World::default();
    let path = "solutions?$select=uniquename&$expand=publisherid($select=customizationprefix)&$filter=ismanaged%20eq%20false%20and%20isvisible%20eq%20true&$orderby=friendlyname";
    let page = get(&mut world, path).json();
    let found: Vec<(&str, &str)> = page["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["uniquename"].as_str().unwrap(),
                row["publisherid"]["customizationprefix"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(found, [("Crxxxx", "crxxx"), ("ContosoSales", "contoso"), ("Default", "new")]);
}

#[test]
fn refuses_writes_to_a_whole_set_and_to_read_only_tables() {
    let mut world = World::default();
    assert_eq!(refusal(&mut world, "PATCH accounts", "{}").0, 405);
    assert_eq!(refusal(&mut world, "DELETE accounts", "").0, 405);
    assert_eq!(refusal(&mut world, "POST activityparties", "{}").0, 405);
    assert_eq!(refusal(&mut world, &format!("DELETE systemusers({})", Seed::user(1)), "").0, 405);
    assert_eq!(refusal(&mut world, "GET conacs", "").0, 404);
    assert_eq!(
        get(&mut world, "activityparties?$select=participationtypemask")
            .column("participationtypemask")
            .len(),
        48
    );
}

#[test]
fn a_page_of_whole_contacts_is_as_large_as_a_real_one() {
    let mut world = World::new(&Seed { accounts: 100, contacts: 5_000, ..Seed::bare() });
    let size = get(&mut world, "contacts").text.len();
    assert!(size > 10_000_000, "{size}");
}

#[test]
fn next_links_may_have_the_other_form_of_the_host() {
    let mut world = World::default();
    let next = |world: &mut World| {
        let page = get_preferring(world, "accounts?$select=name", "odata.maxpagesize=2");
        let link = page.json()["@odata.nextLink"].as_str().unwrap().to_owned();
        link.split("/api/data").next().unwrap().to_owned()
    };
    assert_eq!(next(&mut world), "https://org.crm.dynamics.com");
    world.settings.records.next_links = NextLinks::OtherSpelling;
    assert_eq!(next(&mut world), "https://org.api.crm.dynamics.com");
}

#[test]
fn trailing_blanks_matter_only_by_a_setting() {
    let mut world = World::default();
    let names = |world: &mut World, filter: &str| {
        get(world, &format!("accounts?$select=name&$filter={filter}")).column("name").len()
    };
    let filters = ["name eq 'contoso ltd  '", "name in ('Contoso Ltd ','x')"];
    let filters = filters.map(|filter| {
        filter
            .replace("name in (", "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[")
            .replace("'x')", "'x'])")
    });
    for filter in &filters {
        assert_eq!(names(&mut world, filter), 1, "{filter}");
    }
    assert_eq!(names(&mut world, "name eq ' Contoso Ltd'"), 0);
    world.settings.records.trailing_blanks_are_ignored = false;
    for filter in &filters {
        assert_eq!(names(&mut world, filter), 0, "{filter}");
    }
}

#[test]
fn one_request_finds_a_user_by_address_or_by_sign_in_name() {
    let mut world = World::default();
    for text in ["mara.keller@contoso.com", "MKeller@contoso.onmicrosoft.com"] {
        let path = format!(
            "systemusers?$select=fullname&$filter=internalemailaddress eq '{text}' or domainname eq '{text}'"
        );
        assert_eq!(get(&mut world, &path).column("fullname"), ["Mara Keller"], "{text}");
    }
}
