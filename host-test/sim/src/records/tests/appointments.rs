use super::*;
use crate::seed::Seed;

const ID: &str = "bbbbbbbb-0000-4000-8000-000000000001";

fn body(more: &str) -> String {
    format!(
        "{{\"activityid\":\"{ID}\",\"subject\":\"Meet\",\"scheduledstart\":\"2026-02-20T14:00:00+02:00\",\
         \"scheduledend\":\"2026-02-20T13:00:00Z\"{more}}}"
    )
}

fn party(mask: &str) -> String {
    format!(
        ",\"appointment_activity_parties\":[{{\"partyid_systemuser@odata.bind\":\"/systemusers({})\",\"participationtypemask\":{mask}}}]",
        Seed::user(1)
    )
}

#[test]
fn an_appointment_gets_its_parties_and_those_of_the_server() {
    let mut world = World::default();
    for property in ["regardingobjectid_account_appointment", "regardingobjectid_account"] {
        let regarding =
            format!(",\"{property}@odata.bind\":\"/accounts({})\"{}", Seed::account(0), party("5"));
        let line = "POST appointments?$expand=appointment_activity_parties($select=participationtypemask,_partyid_value;$orderby=participationtypemask)";
        let row = send(&mut world, line, &[("Prefer", "return=representation")], &body(&regarding))
            .unwrap()
            .json();
        assert_eq!(row["scheduledstart"], "2026-02-20T12:00:00Z");
        assert_eq!(
            (&row["scheduleddurationminutes"], &row["statecode"], &row["statuscode"]),
            (&Value::from(60), &Value::from(3), &Value::from(5))
        );
        assert_eq!(row["_regardingobjectid_value"], Seed::account(0).to_string());
        let parties = row["appointment_activity_parties"].as_array().unwrap();
        let masks: Vec<i64> =
            parties.iter().map(|party| party["participationtypemask"].as_i64().unwrap()).collect();
        assert_eq!(masks, [5, 7, 8, 9]);
        assert_eq!(parties[0]["_partyid_value"], Seed::user(1).to_string());
        send(&mut world, &format!("DELETE appointments({ID})"), &[], "").unwrap();
    }
    // 4 of each of the 12 seeded ones, and none left of these.
    assert_eq!(world.count("activityparty"), 48);
}

#[test]
fn the_server_can_be_told_to_add_no_parties() {
    let mut world = World::default();
    world.settings.records.server_adds_parties = false;
    send(&mut world, "POST appointments", &[], &body(&party("6"))).unwrap();
    let masks = get(&mut world, &format!("appointments({ID})/appointment_activity_parties"))
        .column("participationtypemask");
    assert_eq!(masks, [6]);
}

#[test]
fn refuses_parties_that_are_none() {
    let mut world = World::default();
    let before = world.count("appointment");
    for (more, code) in [
        (party("12"), "0x8004431a"),
        (party("5").replace("systemuser@", "lead@"), "0x80048d19"),
        (party("5").replace(&Seed::user(1).to_string(), ID), "0x80040217"),
        (",\"category\":3".to_owned(), "0x80048d19"),
        (",\"regardingobjectid@odata.bind\":\"/accounts(x)\"".to_owned(), "0x80048d19"),
    ] {
        assert_eq!(refusal(&mut world, "POST appointments", &body(&more)).1, code, "{more}");
    }
    assert_eq!(world.count("appointment"), before);
}

#[test]
fn a_change_of_the_account_changes_the_party() {
    let mut world = World::default();
    let line = format!("PATCH appointments({})", Seed::appointment(0));
    let bind = format!(
        "{{\"regardingobjectid_account_appointment@odata.bind\":\"/accounts({})\"}}",
        Seed::account(7)
    );
    send(&mut world, &line, &[("If-Match", "*")], &bind).unwrap();
    let path = format!(
        "appointments({})/appointment_activity_parties?$filter=participationtypemask eq 8",
        Seed::appointment(0)
    );
    assert_eq!(get(&mut world, &path).column("_partyid_value"), [Seed::account(7).to_string()]);
}

#[test]
fn the_order_of_the_times_and_closed_rows_are_settings() {
    let mut world = World::default();
    let line = format!("PATCH appointments({})", Seed::appointment(0));
    let backwards =
        "{\"scheduledstart\":\"2026-02-20T14:00:00Z\",\"scheduledend\":\"2026-02-20T13:00:00Z\"}";
    send(&mut world, &line, &[], backwards).unwrap();
    send(&mut world, &line, &[], "{\"statecode\":1,\"statuscode\":3}").unwrap();
    send(&mut world, &line, &[], "{\"subject\":\"still editable\"}").unwrap();
    world.settings.records.refuse_end_before_start = true;
    world.settings.records.closed_appointments_are_read_only = true;
    assert_eq!(refusal(&mut world, &line, backwards).1, "0x80040203");
    // One end of the time only: the other is the row's.
    let early = "{\"scheduledend\":\"2026-02-20T13:59:59Z\"}";
    assert_eq!(refusal(&mut world, &line, early).1, "0x80040203");
    assert_eq!(refusal(&mut world, &line, "{\"subject\":\"no longer\"}").1, "0x80040233");
    send(&mut world, &line, &[], "{\"statecode\":0}").unwrap();
    send(&mut world, &line, &[], "{\"subject\":\"again\"}").unwrap();
}
