use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use super::*;
use crate::fault::{Fault, When};
use crate::seed::Seed;
use crate::world::World;

fn server() -> (Server, String) {
    let mut dataverse = Dataverse::new(World::new(&Seed::default()));
    let token = dataverse.issue_token();
    (Server::start(dataverse, 0).unwrap(), token)
}

fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address()).unwrap()
}

fn ask(stream: &mut TcpStream, token: &str, path: &str) {
    let request = format!(
        "GET /api/data/v9.2/{path} HTTP/1.1\r\nHOST: sim.test\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
}

/// The head and body of one answer with a length.
fn answer(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

#[test]
fn answers_several_requests_on_one_connection() {
    let (server, token) = server();
    let mut stream = connect(&server);
    for _ in 0..3 {
        ask(&mut stream, &token, "WhoAmI");
        let (head, body) = answer(&mut stream);
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(
            body.contains("\"@odata.context\":\"http://sim.test/api/data/v9.2/$metadata"),
            "{body}"
        );
    }
    assert_eq!(server.connections(), 1);
    assert_eq!(server.dataverse().journal().len(), 3);
}

#[test]
fn a_port_in_use_is_an_error_value() {
    let (server, _) = server();
    let other = Dataverse::new(World::new(&Seed::default()));
    let error = Server::start(other, server.address().port()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[test]
fn a_stopped_server_ends_its_connections() {
    let (server, token) = server();
    let mut stream = connect(&server);
    ask(&mut stream, &token, "WhoAmI");
    answer(&mut stream);
    server.stop();
    assert_eq!(stream.read(&mut [0; 16]).unwrap(), 0);
}

#[test]
fn a_reset_is_a_real_reset() {
    let (server, token) = server();
    for fault in [Fault::Reset(When::BeforeCommit), Fault::ConnectionRefused] {
        server.dataverse().next(fault);
        let mut stream = connect(&server);
        ask(&mut stream, &token, "WhoAmI");
        let error = stream.read(&mut [0; 16]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
}

#[test]
fn a_cut_body_ends_after_its_bytes() {
    let (server, token) = server();
    server.dataverse().next(Fault::CutBody { after: 10 });
    let mut stream = connect(&server);
    ask(&mut stream, &token, "WhoAmI");
    let mut all = String::new();
    // The connection may end cleanly or not; the bytes before have arrived.
    let _ = stream.read_to_string(&mut all);
    let (head, body) = all.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.len(), 10);
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert!(length.parse::<usize>().unwrap() > 100);
}

#[test]
fn a_wrong_length_is_declared_as_requested() {
    let (server, token) = server();
    server.dataverse().next(Fault::WrongContentLength { declared: 7 });
    let mut stream = connect(&server);
    ask(&mut stream, &token, "WhoAmI");
    let (head, body) = answer(&mut stream);
    assert!(head.contains("content-length: 7\r\n"), "{head}");
    assert_eq!(body, "{\"@odat");
    server.dataverse().next(Fault::WrongContentLength { declared: 9_999 });
    let mut stream = connect(&server);
    ask(&mut stream, &token, "WhoAmI");
    let mut all = String::new();
    let _ = stream.read_to_string(&mut all);
    assert!(all.contains("content-length: 9999\r\n"), "{all}");
    assert!(all.ends_with('}'), "{all}");
}

#[test]
fn a_head_has_a_length_and_no_body() {
    let (server, token) = server();
    let mut stream = connect(&server);
    let request = format!(
        "HEAD /api/data/v9.2/WhoAmI HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    assert!(all.starts_with("HTTP/1.1 200 OK"), "{all}");
    assert!(all.contains("content-length: 2") && all.ends_with("\r\n\r\n"), "{all}");
}

#[test]
fn the_same_socket_serves_the_token_endpoint() {
    let (server, _) = server();
    let client = server.dataverse().client();
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={}/.default",
        client.client_id,
        client.client_secret,
        server.url()
    );
    let request = format!(
        "POST /{}/oauth2/v2.0/token HTTP/1.1\r\nhost: {}\r\ncontent-type: \
         application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        client.tenant_id,
        server.address(),
        body.len()
    );
    let mut stream = connect(&server);
    stream.write_all(request.as_bytes()).unwrap();
    let (head, body) = answer(&mut stream);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}{body}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let token = body["access_token"].as_str().unwrap();
    let request = format!(
        "GET /api/data/v9.2/WhoAmI HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\r\n",
        server.address()
    );
    stream.write_all(request.as_bytes()).unwrap();
    assert!(answer(&mut stream).0.starts_with("HTTP/1.1 200"));
}

#[test]
fn an_unreadable_body_is_a_bad_request() {
    let (server, token) = server();
    for (header, body) in [("Transfer-Encoding: chunked", "zz\r\n{}"), ("Content-Length: 9", "{}")]
    {
        let mut stream = connect(&server);
        let request = format!(
            "POST /api/data/v9.2/accounts HTTP/1.1\r\nHost: sim.test\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\n{header}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{header}: {text}");
    }
    assert_eq!(server.dataverse().journal().len(), 0);
}

#[test]
fn compresses_for_a_client_that_accepts_gzip() {
    let (server, token) = server();
    let mut lengths = Vec::new();
    for (asked, compression) in [("br, gzip", true), ("identity", true), ("gzip", false)] {
        server.dataverse().world.settings.compression = compression;
        let mut stream = connect(&server);
        let request = format!(
            "GET /api/data/v9.2/accounts HTTP/1.1\r\nhost: sim.test\r\nconnection: close\r\n\
             accept-encoding: {asked}\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        let compressed = head.contains("content-encoding: gzip");
        assert_eq!(compressed, compression && asked != "identity", "{asked}");
        lengths.push(bytes.len());
    }
    assert!(lengths[0] * 2 < lengths[1] && lengths[1] == lengths[2], "{lengths:?}");
}
