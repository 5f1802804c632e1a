//! `mcp --http` from the view of a plain HTTP client.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::served::{KEY, Served};

impl Served {
    /// Posts a message with these headers; returns the status and everything else.
    fn post(&self, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let mut head = format!(
            "POST /mcp HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        let usual = [
            ("host", self.address.as_str()),
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
        ];
        let is_given = |name: &str| headers.iter().any(|(given, _)| *given == name);
        let usual = usual.iter().filter(|(name, _)| !is_given(name));
        for (name, value) in usual.chain(headers) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        write!(stream, "{head}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer[9..12].parse().unwrap(), answer)
    }
}

const HELLO: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#;

#[test]
fn serves_only_clients_with_the_key() {
    let served = Served::start();
    let bearer = format!("Bearer {KEY}");
    let key = ("authorization", bearer.as_str());
    for (headers, status) in [
        (&[][..], 401),
        (&[("authorization", "Bearer other")], 401),
        (&[key, ("host", "evil.example.com")], 403),
        (&[key, ("origin", "https://evil.example.com")], 403),
        (&[key], 200),
    ] {
        let (given, answer) = served.post(headers, HELLO);
        assert_eq!(given, status, "{headers:?}: {answer}");
    }
    let (_, answer) = served.post(&[key], HELLO);
    let session = answer.lines().find_map(|line| line.strip_prefix("mcp-session-id: ")).unwrap();
    let session = [key, ("mcp-session-id", session.trim()), ("mcp-protocol-version", "2025-06-18")];
    let (status, _) =
        served.post(&session, r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    assert_eq!(status, 202);
    let call = r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"search_accounts","arguments":{"search_term":"contoso"}}}"#;
    let (status, answer) = served.post(&session, call);
    assert_eq!(status, 200);
    assert!(answer.contains("Contoso Ltd"), "{answer}");
    let (status, answer) = served.post(&session, &call.replace("\"contoso\"", "1e400"));
    assert_eq!(status, 400);
    assert!(answer.contains(r#""id":2,"error":{"code":-32602"#), "{answer}");
}
