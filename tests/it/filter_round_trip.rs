//! The simulator reads back the `$filter`s that the component writes; the two share no code.

use std::cell::RefCell;
use std::collections::BTreeSet;

use bytes::Bytes;
use dataverse_sim::{Dataverse, Seed, World};
use dynamics365_sales::dataverse::query::Filter;
use dynamics365_sales::text::percent::push_encoded;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::support::cases;

/// An organization with only the accounts of these names.
fn organization(names: &[&str]) -> Dataverse {
    let mut world = World::new(&Seed::bare());
    world.settings.authentication = false;
    world.settings.enforce_limits = false;
    let mut dataverse = Dataverse::new(world);
    for name in names {
        let Value::Object(row) = json!({"name": name}) else { unreachable!() };
        dataverse.world.insert("account", row).unwrap();
    }
    dataverse
}

/// The names of the accounts that match the filter; `None` if it is refused.
fn found(dataverse: &mut Dataverse, filter: &str) -> Option<BTreeSet<String>> {
    let mut url =
        "https://org.crm.dynamics.com/api/data/v9.2/accounts?$select=name&$filter=".to_owned();
    push_encoded(&mut url, filter);
    let answer = dataverse.handle(http::Request::get(url).body(Bytes::new()).unwrap());
    dataverse.journal_mut().clear();
    if answer.status() != 200 {
        return None;
    }
    let answer: Value = serde_json::from_slice(answer.body()).unwrap();
    assert!(answer.get("@odata.nextLink").is_none());
    let names = answer["value"].as_array().unwrap().iter();
    Some(names.map(|row| row["name"].as_str().unwrap().to_owned()).collect())
}

/// Without case, like Dataverse's comparison.
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Texts from characters with a meaning in a filter, a pattern or a URL, and from any characters.
fn text() -> impl Strategy<Value = String> {
    let telling = select(vec![
        "'",
        "''",
        "%",
        "_",
        "[",
        "]",
        "[^",
        "[a-z]",
        "\\",
        "\"",
        "(",
        ")",
        ",",
        "/",
        "&",
        "#",
        "+",
        "%25",
        "%27",
        "$",
        "@p",
        "?",
        "=",
        ";",
        "\t",
        " ",
        "é",
        "ß",
        "İ",
        "😀",
        "a",
        "B",
        "1",
        "-",
        "' or name ne '",
        "null",
        "\u{7f}",
        "\u{a0}",
    ]);
    let any = any::<char>().prop_map(String::from);
    let piece = prop_oneof![5 => telling.prop_map(str::to_owned), 1 => any];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

/// Names similar to a text, which a wrong interpretation would match or miss.
fn names(text: &str, other: &str) -> Vec<String> {
    let mut names = vec![
        text.to_owned(),
        format!("before {text}"),
        format!("{text} after"),
        format!("x{text}y{text}z"),
        text.to_uppercase(),
        text.replace(['%', '_'], "x"),
        text.replace(['[', ']', '^'], ""),
        text.replace('\'', "''"),
        text.replace("''", "'"),
        text.replace('\'', ""),
        text.chars().skip(1).collect(),
        text.chars().rev().collect(),
        other.to_owned(),
        "Contoso".to_owned(),
    ];
    names.retain(|name| !name.is_empty() && name.encode_utf16().count() <= 160);
    names
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn contains_finds_the_names_that_hold_the_text_and_no_others(text in text(), other in text()) {
        let names = names(&text, &other);
        let mut organization = organization(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let found = found(&mut organization, Filter::contains("name", &text).as_str());
        let holds = |name: &&String| folded(name).contains(&folded(&text));
        prop_assert_eq!(found, Some(names.iter().filter(holds).cloned().collect()));
    }

    #[test]
    fn equals_finds_the_names_that_are_the_text_and_no_others(text in text(), other in text()) {
        let names = names(&text, &other);
        let mut organization = organization(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let found = found(&mut organization, Filter::equals("name", &text).as_str());
        let is = |name: &&String| folded(name) == folded(&text);
        prop_assert_eq!(found, Some(names.iter().filter(is).cloned().collect()));
    }

    #[test]
    fn both_are_each_and_the_other(a in text(), b in text()) {
        let names: Vec<String> = names(&a, &b).into_iter().chain(names(&b, &a)).collect();
        let mut organization = organization(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let both = Filter::contains("name", &a).and(Filter::contains("name", &b));
        let found = found(&mut organization, both.as_str());
        let holds = |name: &&String| {
            let name = folded(name);
            name.contains(&folded(&a)) && name.contains(&folded(&b))
        };
        prop_assert_eq!(found, Some(names.iter().filter(holds).cloned().collect()));
    }
}

/// Conditions with inserted pieces, and pieces in any order: most are nonsense, some try to escape.
fn expression() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "name eq 'B'",
        "name ne 'x'",
        "name eq 'A'",
        "name eq \"B\"",
        "\"'\"",
        "contains(name,'",
        "(",
        ")",
        "'",
        "''",
        "\"",
        " or ",
        " and ",
        " not ",
        "[",
        "]",
        "{",
        "}",
        " ",
        "statecode eq 0",
        "\n",
        "x",
        "name",
        " eq ",
        " ne ",
        "null",
        "or(name ne 'x",
        ") or (",
        "&$top=1",
        "%27",
        "//",
        "/*",
        "--",
        "#",
        "@p1",
        "PropertyValues=[",
        "\\",
        "é",
    ]);
    let nonsense = prop::collection::vec(piece.clone(), 1..10).prop_map(|pieces| pieces.concat());
    let damage = prop::collection::vec((any::<Index>(), piece), 0..4);
    let damaged = (condition(), damage).prop_map(|(condition, damage)| {
        let mut characters: Vec<char> = condition.chars().collect();
        for (at, piece) in damage {
            let at = at.index(characters.len() + 1);
            characters.splice(at..at, piece.chars());
        }
        characters.into_iter().collect()
    });
    prop_oneof![3 => nonsense, 4 => damaged, 1 => any::<String>()]
}

/// Conditions as a caller writes them: complete, with a clear end.
fn condition() -> impl Strategy<Value = String> {
    let single = select(vec![
        "name eq 'A'",
        "name eq 'B'",
        "name ne 'x'",
        "name eq 'a) or (b'",
        "contains(name,'(')",
        "name eq \"B\"",
        "name ne null",
    ]);
    single.prop_map(str::to_owned).prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} or {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} and {b}")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

/// A caller's filter does not affect the conditions around it: combined with `name eq 'A'` on
/// either side, it can only narrow the result.
fn stays_within(organization: &mut Dataverse, text: &str) -> Result<(), TestCaseError> {
    let Ok(own) = Filter::own(text) else { return Ok(()) };
    let mut only_a = found(organization, own.as_str());
    if let Some(found) = &mut only_a {
        found.retain(|name| name == "A");
    }
    let a = || Filter::equals("name", "A");
    for sandwich in [a().and(own.clone()), own.clone().and(a()), a().and(own.clone()).and(a())] {
        let found = found(organization, sandwich.as_str());
        prop_assert_eq!(&found, &only_a, "{}", sandwich.as_str());
    }
    Ok(())
}

thread_local! {
    // Created once, because it is only read.
    static ORGANIZATION: RefCell<Dataverse> =
        RefCell::new(organization(&["A", "B", "x", "a) or (b"]));
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn a_callers_filter_is_refused_or_changes_nothing_around_it(text in expression()) {
        ORGANIZATION.with_borrow_mut(|organization| stays_within(organization, &text))?;
    }
}

#[test]
fn other_quotes_and_brackets_change_nothing_either() {
    let mut organization = organization(&["A", "B"]);
    for text in [
        // Double quotes, which occur in the value lists of functions.
        r#"name eq "'") or (name ne "'""#,
        r#"name eq ")" or name ne "("#,
        "name ne \"x') or (name ne 'x\"",
        // Brackets, whose content the OData library reads as one token.
        "name eq [(]) or (name ne [)]",
        "name eq {(}) or (name ne {)}",
        "name eq [} ( {] )",
    ] {
        stays_within(&mut organization, text).unwrap();
        assert!(Filter::own(text).is_err(), "{text}");
    }
}

#[test]
fn accepts_every_complete_filter_unchanged() {
    let mut organization = organization(&["A", "O'Brien (\"[{x", "B"]);
    for (text, count) in [
        ("name eq 'A'", 1),
        ("name eq 'O''Brien (\"[{x'", 1),
        ("(name eq 'A') or ((name eq 'B'))", 2),
        ("not (name eq 'A') and statecode eq 0", 2),
        ("contains(name,')') or contains(name,'(')", 1),
        ("\n name ne null\t", 3),
        ("Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"A\",\"B\"])", 2),
        ("Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['A','x)'])", 1),
        ("name eq \"A\" or name eq 'B'", 2),
    ] {
        let own = Filter::own(text).unwrap();
        let found = found(&mut organization, own.as_str());
        assert_eq!(found.map(|names| names.len()), Some(count), "{text}");
    }
}
