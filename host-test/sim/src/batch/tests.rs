use bytes::Bytes;
use http::Request;

use crate::Dataverse;
use crate::seed::Seed;
use crate::world::World;

fn dataverse() -> Dataverse {
    let mut dataverse = Dataverse::new(World::new(&Seed::default()));
    dataverse.world.settings.authentication = false;
    dataverse
}

/// The status and body of the answer to a batch of these parts.
fn send(dataverse: &mut Dataverse, parts: &[String], prefer: &str) -> (u16, String) {
    let mut body: String = parts.iter().map(|part| format!("--batch_1\r\n{part}\r\n")).collect();
    body.push_str("--batch_1--\r\n");
    let request = Request::post("http://org/api/data/v9.2/$batch")
        .header("content-type", "multipart/mixed; boundary=\"batch_1\"")
        .header("prefer", prefer)
        .body(Bytes::from(body))
        .unwrap();
    let response = dataverse.handle(request);
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    (response.status().as_u16(), text)
}

fn single(request: &str) -> String {
    format!(
        "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{request}\r\n\r\n"
    )
}

fn change_set(requests: &[&str]) -> String {
    let parts = requests.iter().enumerate().map(|(at, request)| {
        format!(
            "--changeset_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\
             Content-ID: {}\r\n\r\n{request}\r\n",
            at + 1
        )
    });
    let parts: String = parts.collect();
    format!("Content-Type: multipart/mixed; boundary=changeset_1\r\n\r\n{parts}--changeset_1--\r\n")
}

const JSON: &str = "Content-Type: application/json";

fn accounts(dataverse: &Dataverse) -> usize {
    dataverse.world.count("account")
}

#[test]
fn answers_each_request_in_its_part() {
    let mut dataverse = dataverse();
    let before = accounts(&dataverse);
    let create = format!("POST accounts HTTP/1.1\r\n{JSON}\r\n\r\n{{\"name\":\"In a batch\"}}");
    let (status, text) =
        send(&mut dataverse, &[single("GET /api/data/v9.2/WhoAmI HTTP/1.1"), single(&create)], "");
    assert_eq!(status, 200, "{text}");
    assert_eq!(text.matches("--batchresponse_").count(), 3);
    assert!(text.contains("HTTP/1.1 200 OK\r\nContent-Type: application/json"), "{text}");
    assert!(text.contains("HTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\n"), "{text}");
    assert!(text.contains("OData-EntityId: http://org/api/data/v9.2/accounts("), "{text}");
    assert_eq!(accounts(&dataverse), before + 1);
}

#[test]
fn the_first_failure_ends_it_without_continue_on_error() {
    let parts = [single("GET conacs HTTP/1.1"), single("GET WhoAmI HTTP/1.1")];
    let (status, text) = send(&mut dataverse(), &parts, "");
    assert_eq!(status, 400);
    assert!(text.contains("HTTP/1.1 404 Not Found\r\nREQ_ID: "), "{text}");
    assert!(!text.contains("BusinessUnitId"));
    let (status, text) = send(&mut dataverse(), &parts, "odata.continue-on-error");
    assert_eq!(status, 200);
    assert!(text.contains("404 Not Found") && text.contains("BusinessUnitId"), "{text}");
}

#[test]
fn a_change_set_is_all_or_nothing() {
    let mut dataverse = dataverse();
    let before = accounts(&dataverse);
    let good = format!("POST /api/data/v9.2/accounts HTTP/1.1\r\n{JSON}\r\n\r\n{{\"name\":\"A\"}}");
    let bad = format!("POST /api/data/v9.2/accounts HTTP/1.1\r\n{JSON}\r\n\r\n{{\"nome\":\"B\"}}");
    let (status, text) = send(&mut dataverse, &[change_set(&[&good, &bad])], "");
    assert_eq!(status, 400, "{text}");
    assert_eq!(accounts(&dataverse), before);
    let (status, text) = send(&mut dataverse, &[change_set(&[&good, &good])], "");
    assert_eq!(status, 200, "{text}");
    assert!(text.contains("Content-ID: 2\r\n"), "{text}");
    assert_eq!(accounts(&dataverse), before + 2);
}

#[test]
fn a_change_set_refers_to_its_new_rows() {
    let mut dataverse = dataverse();
    let account = format!("POST accounts HTTP/1.1\r\n{JSON}\r\n\r\n{{\"name\":\"Parent\"}}");
    let contact = format!(
        "POST contacts HTTP/1.1\r\n{JSON}\r\n\r\n{{\"lastname\":\"Child\",\"parentcustomerid_account@odata.bind\":\"$1\"}}"
    );
    let rename = format!("PATCH $1 HTTP/1.1\r\n{JSON}\r\n\r\n{{\"name\":\"Renamed\"}}");
    let (status, text) = send(&mut dataverse, &[change_set(&[&account, &contact, &rename])], "");
    assert_eq!(status, 200, "{text}");
    let child = dataverse.world.rows("contact").find(|row| row.text("lastname") == Some("Child"));
    let parent = child.unwrap().get("_parentcustomerid_value").guid().unwrap();
    assert_eq!(dataverse.world.row("account", parent).unwrap().text("name"), Some("Renamed"));
}

#[test]
fn refuses_a_malformed_batch() {
    let (status, text) = send(&mut dataverse(), &[change_set(&["GET WhoAmI HTTP/1.1\r\n"])], "");
    assert_eq!(status, 400);
    assert!(text.contains("A change set cannot contain a GET."), "{text}");
    let (status, _) = send(&mut dataverse(), &[], "");
    assert_eq!(status, 400);
    let many = vec![single("GET WhoAmI HTTP/1.1"); 1_001];
    let (status, text) = send(&mut dataverse(), &many, "odata.continue-on-error");
    assert_eq!(status, 400);
    assert!(text.contains("more than 1000"), "{text}");
}

#[test]
fn a_malformed_change_set_stores_nothing() {
    let mut dataverse = dataverse();
    let before = accounts(&dataverse);
    let create = format!("POST accounts HTTP/1.1\r\n{JSON}\r\n\r\n{{\"name\":\"Half\"}}");
    for second in ["GET accounts HTTP/1.1", "nonsense", "DELETE /elsewhere HTTP/1.1"] {
        let (status, text) = send(&mut dataverse, &[change_set(&[&create, second])], "");
        assert_eq!(status, 400, "{text}");
        assert_eq!(accounts(&dataverse), before, "{second}");
    }
}
