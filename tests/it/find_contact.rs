//! `find_contact`

use host_test::Harness;
use host_test::actions::{FailureKind, FindContactInput};
use serde_json::{Value, json};

use crate::inputs::any_contact;
use crate::support::insert;

fn contact(host: &Harness, first: &str, last: &str) -> String {
    insert(host, "contact", json!({"firstname": first, "lastname": last}))
}

/// The ids of the contacts it finds.
fn found(host: &Harness, input: &Value) -> Vec<String> {
    let answer = host.invoke("find_contact", input.clone());
    assert_eq!(answer["success"], true, "{input}: {answer}");
    let rows = answer["contacts"].as_array().unwrap().iter();
    let mut ids: Vec<_> = rows.map(|row| row["contactid"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn reads_all_columns_of_one_contact_by_id() {
    let host = Harness::new();
    let id = contact(&host, "Ada", "Lovelace");
    let braced = format!("{{{}}}", id.to_uppercase());
    let answer = host.invoke("find_contact", json!({"contact_id": braced}));
    assert_eq!(answer["success"], true, "{answer}");
    let rows = answer["contacts"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["lastname"]), (1, &json!("Lovelace")));
    assert!(rows[0].as_object().unwrap().len() > 140);
    assert_eq!(host.journal(), format!("GET /api/data/v9.2/contacts({id}) -> 200"));
}

#[test]
fn finds_by_a_part_of_the_full_name_taken_literally() {
    let host = Harness::new();
    let id = contact(&host, "Zed%", "O'Neill_x");
    contact(&host, "Zedd", "ONeillyx");
    assert_eq!(found(&host, &json!({"name": "zed% o'neill_X"})), [id]);
    assert_eq!(
        host.journal(),
        "GET /api/data/v9.2/contacts?$filter=contains(fullname,'zed[%] o''neill[_]X') -> 200"
    );
}

#[test]
fn finds_by_a_filter() {
    let host = Harness::new();
    let mut ids = [contact(&host, "Ada", "Lovelace"), contact(&host, "Grace", "Hopper")];
    contact(&host, "Alan", "Turing");
    ids.sort();
    let filter = "lastname eq 'Lovelace' or lastname eq 'Hopper'";
    assert_eq!(found(&host, &json!({"filter": filter})), ids);
    assert_eq!(host.requests(), 1);
}

#[test]
fn finds_contacts_that_meet_all_conditions() {
    let host = Harness::new();
    let ada = contact(&host, "Ada", "Lovelace");
    let grace = contact(&host, "Grace", "Lovelace");
    let either = "firstname eq 'Ada' or firstname eq 'Grace'";
    let both = {
        let mut both = [ada.clone(), grace.clone()];
        both.sort();
        both.to_vec()
    };
    let none = Vec::<String>::new();
    for (input, expected) in [
        (json!({"name": "lovelace", "filter": either}), both),
        // The `or` of a filter stays inside it.
        (json!({"contact_id": ada, "filter": either}), vec![ada.clone()]),
        (json!({"contact_id": ada, "name": "Ada"}), vec![ada.clone()]),
        (json!({"contact_id": ada, "name": "Grace"}), none.clone()),
        (json!({"contact_id": grace, "name": "love", "filter": either}), vec![grace.clone()]),
        (json!({"contact_id": ada, "name": "x", "filter": either}), none),
    ] {
        host.sim().journal_mut().clear();
        assert_eq!(found(&host, &input), expected, "{input}");
        assert_eq!(host.requests(), 1, "{input}");
    }
}

#[test]
fn refuses_a_call_without_conditions_and_sends_nothing() {
    for input in [json!({}), json!({"name": " ", "contact_id": "", "filter": "\t"})] {
        let host = Harness::new();
        let answer = host.invoke("find_contact", input);
        assert_eq!(answer["success"], false);
        assert_eq!(
            answer["error"],
            "no contact is specified (expected `contact_id`, `name`, `filter`, or several of them)"
        );
        assert_eq!(host.requests(), 0);
    }
}

#[test]
fn refuses_a_malformed_id_or_filter_and_sends_nothing() {
    let host = Harness::new();
    let id = Some("me".to_owned());
    let filter = Some("lastname eq 'Smith') or (lastname ne ''".to_owned());
    for (input, message) in [
        (
            FindContactInput { contact_id: id, ..any_contact() },
            "`contact_id` is not usable: `me` (expected a GUID such as 00000000-0000-0000-0000-000000000000)",
        ),
        (
            FindContactInput { filter, ..any_contact() },
            "`filter` is not usable: `lastname eq 'Smith') or (lastname ne ''` (a `)` closes nothing)",
        ),
    ] {
        let failure = host.find_contact(&input).unwrap_err();
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::FixInput, message));
    }
    assert_eq!(host.requests(), 0);
}

#[test]
fn reports_an_unknown_contact() {
    let host = Harness::new();
    let id = Some("00000000-0000-0000-0000-000000000001".to_owned());
    let input = FindContactInput { contact_id: id, ..any_contact() };
    let failure = host.find_contact(&input).unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::NotFound, Some(404)));
    assert_eq!(
        failure.message,
        "not found in Dynamics 365 (404, `0x80040217`); it says: Entity 'contact' With Id = \
         00000000-0000-0000-0000-000000000001 Does Not Exist"
    );
}

#[test]
fn returns_an_empty_list_when_no_contact_matches() {
    let host = Harness::new();
    assert_eq!(found(&host, &json!({"name": "Nobody Of This Name"})), [""; 0]);
}

#[test]
fn names_the_character_of_a_filter_that_is_not_odata() {
    let host = Harness::new();
    // Like the specification's own example.
    let answer = host.invoke("find_contact", json!({"filter": "“lastname eq ‘Smith’“"}));
    assert_eq!(
        answer["error"],
        "`filter` is not usable: `“lastname eq ‘Smith’“` (it holds `“` (U+201c); write a text in straight single quotes: \
         'Smith')"
    );
    assert_eq!(host.requests(), 0);
}
