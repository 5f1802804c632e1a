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
    // Four for each of the 12 seeded appointments, and none of these.
    assert_eq!(world.count("activityparty"), 48);
}

#[test]
fn a_setting_keeps_the_server_from_adding_parties() {
    let mut world = World::default();
    world.settings.records.server_adds_parties = false;
    send(&mut world, "POST appointments", &[], &body(&party("6"))).unwrap();
    let masks = get(&mut world, &format!("appointments({ID})/appointment_activity_parties"))
        .column("participationtypemask");
    assert_eq!(masks, [6]);
}

#[test]
fn refuses_invalid_parties() {
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
    world.settings.records.closed_appointments_are_read_only = false;
    let line = format!("PATCH appointments({})", Seed::appointment(0));
    let backwards =
        "{\"scheduledstart\":\"2026-02-20T14:00:00Z\",\"scheduledend\":\"2026-02-20T13:00:00Z\"}";
    send(&mut world, &line, &[], backwards).unwrap();
    send(&mut world, &line, &[], "{\"statecode\":1,\"statuscode\":3}").unwrap();
    send(&mut world, &line, &[], "{\"subject\":\"still editable\"}").unwrap();
    world.settings.records.refuse_end_before_start = true;
    world.settings.records.closed_appointments_are_read_only = true;
    assert_eq!(refusal(&mut world, &line, backwards).1, "0x80040203");
    // Only one of the two times: the other is the row's.
    let early = "{\"scheduledend\":\"2026-02-20T13:59:59Z\"}";
    assert_eq!(refusal(&mut world, &line, early).1, "0x80040203");
    assert_eq!(refusal(&mut world, &line, "{\"subject\":\"no longer\"}").1, "0x80040233");
}

#[test]
fn a_closed_appointment_allows_only_a_change_of_its_state() {
    let mut world = World::default();
    let line = format!("PATCH appointments({})", Seed::appointment(0));
    for (state, status) in [(1, 3), (2, 4)] {
        let close = format!("{{\"statecode\":{state},\"statuscode\":{status}}}");
        send(&mut world, &line, &[], &close).unwrap();
        assert_eq!(
            refusal(&mut world, &line, "{\"subject\":\"no longer\"}"),
            (400, "0x80040233".to_owned(), "Cannot update Closed or Cancelled Activity".to_owned())
        );
        send(&mut world, &line, &[], "{\"statecode\":0,\"subject\":\"open again\"}").unwrap();
        send(&mut world, &line, &[], "{\"subject\":\"and changed\"}").unwrap();
    }
    send(&mut world, &line, &[], "{\"statecode\":1}").unwrap();
    world.settings.set_by_name("closed_appointment_status", "405").unwrap();
    world.settings.set_by_name("closed_appointment_code", "0x8004022e").unwrap();
    let refused = refusal(&mut world, &line, "{\"subject\":\"no longer\"}");
    assert_eq!((refused.0, refused.1.as_str()), (405, "0x8004022e"));
    // Rows of other tables can be changed while they are inactive.
    let line = format!("PATCH accounts({})", Seed::account(0));
    send(&mut world, &line, &[], "{\"statecode\":1}").unwrap();
    send(&mut world, &line, &[], "{\"name\":\"Renamed\"}").unwrap();
}

#[test]
fn a_new_appointment_is_scheduled_and_busy_whatever_the_requested_state() {
    let mut world = World::default();
    for (more, status) in [("", 5), (",\"statecode\":1", 5), (",\"statuscode\":6", 6)] {
        let line = "POST appointments?$select=statecode,statuscode";
        let prefer = [("Prefer", "return=representation")];
        let row = send(&mut world, line, &prefer, &body(more)).unwrap().json();
        assert_eq!(
            (&row["statecode"], &row["statuscode"]),
            (&Value::from(3), &Value::from(status))
        );
        send(&mut world, &format!("DELETE appointments({ID})"), &[], "").unwrap();
    }
    // Completed belongs to another state.
    let refused = refusal(&mut world, "POST appointments", &body(",\"statuscode\":3"));
    assert_eq!((refused.0, refused.1.as_str()), (400, "0x80048408"));
    assert!(world.row("appointment", ID.parse().unwrap()).is_none());
}

#[test]
fn a_party_has_the_address_of_its_row() {
    let mut world = World::default();
    let regarding = format!(
        ",\"regardingobjectid_account@odata.bind\":\"/accounts({})\"{}",
        Seed::account(0),
        party("5")
    );
    send(&mut world, "POST appointments", &[], &body(&regarding)).unwrap();
    for id in [ID.to_owned(), Seed::appointment(0).to_string()] {
        let path = format!(
            "appointments({id})/appointment_activity_parties?$orderby=participationtypemask"
        );
        let parties = get(&mut world, &path);
        assert_eq!(parties.column("participationtypemask"), [5, 7, 8, 9]);
        assert_eq!(
            parties.column("addressused"),
            [
                "ann.baker@contoso.com",
                "admin@contoso.com",
                "office00000@example.com",
                "admin@contoso.com"
            ]
        );
        assert_eq!(parties.column("addressusedemailcolumnnumber"), [15, 15, 35, 15]);
    }
}

#[test]
fn an_appointment_has_the_columns_of_newer_organizations() {
    let mut world = World::default();
    let path = format!(
        "appointments({})?$select=attachmentcount,isonlinemeeting,onlinemeetingchatid,onlinemeetingid,\
         onlinemeetingjoinurl,onlinemeetingtype,formattedscheduledstart,formattedscheduledend",
        Seed::appointment(0)
    );
    let row = get(&mut world, &path).json();
    assert_eq!(row["isonlinemeeting"], false);
    assert_eq!(row["onlinemeetingtype"], Value::Null);
    let line = format!("PATCH appointments({})", Seed::appointment(0));
    send(&mut world, &line, &[], "{\"isonlinemeeting\":true,\"onlinemeetingtype\":1}").unwrap();
    assert_eq!(refusal(&mut world, &line, "{\"onlinemeetingtype\":2}").1, "0x8004431a");
}

#[test]
fn an_appointment_can_also_be_read_as_an_activity() {
    let mut world = World::default();
    let path = "activitypointers?$select=subject,activitytypecode&$filter=activitytypecode eq \
                'appointment' and statecode eq 3";
    let all = get(&mut world, path);
    assert_eq!(all.column("subject").len(), 12);
    let id = Seed::appointment(0);
    let row = get(&mut world, &format!("activitypointers({id})")).json();
    assert_eq!((&row["subject"], row.get("location")), (&Value::from("Kick-off"), None));
    let both = get(&mut world, &format!("appointments({id})?$select=subject")).json();
    assert_eq!(row["@odata.etag"], both["@odata.etag"]);
    let parties =
        get(&mut world, &format!("activitypointers({id})/activitypointer_activity_parties"));
    assert_eq!(parties.column("participationtypemask").len(), 4);
    let path = "activityparties?$select=activitypartyid&$expand=activityid_activitypointer($select=subject)&$top=1";
    let party = get(&mut world, path).json();
    assert!(party["value"][0]["activityid_activitypointer"]["subject"].is_string(), "{party}");
    let create = refusal(&mut world, "POST activitypointers", "{\"subject\":\"x\"}");
    assert_eq!((create.0, create.1.as_str()), (405, "0x80040800"));
}
