//! A server that shares no code with the simulator: it answers only `WhoAmI`, with a captured
//! response.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// A running server, which ends with the tests.
pub(super) struct Stranger {
    address: SocketAddr,
}

const USER: &str = "b1f2a3c4-0000-4000-8000-00000000000a";

/// The headers of a response, by name.
const HEADERS: [(&str, &str); 5] = [
    ("Content-Type", "application/json; odata.metadata=minimal"),
    ("Cache-Control", "no-cache"),
    ("OData-Version", "4.0"),
    ("REQ_ID", "5fe339e5-c75e-4dad-9597-b257ebce666b"),
    ("Vary", "Accept-Encoding"),
];

impl Stranger {
    /// Starts it; it omits the header with this name.
    pub(super) fn start(without: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    // A disconnected client needs no response.
                    let _ = answer(&stream, without);
                });
            }
        });
        Stranger { address }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Answers requests until the client disconnects.
fn answer(stream: &TcpStream, without: Option<&str>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let asks_who = line.split(' ').nth(1).is_some_and(|path| path.ends_with("/WhoAmI"));
        let (mut length, mut signed_in) = (0, false);
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let header = header.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            signed_in |= header == "authorization: bearer token";
        }
        std::io::copy(&mut (&mut reader).take(length), &mut std::io::sink())?;
        let (status, body) = match (asks_who, signed_in) {
            (true, true) => (
                "200 OK",
                format!(
                    r#"{{"BusinessUnitId":"{USER}","UserId":"{USER}","OrganizationId":"{USER}"}}"#
                ),
            ),
            (_, false) => ("401 Unauthorized", String::new()),
            (false, true) => (
                "404 Not Found",
                r#"{"error":{"code":"0x8006088a","message":"Resource not found"}}"#.to_owned(),
            ),
        };
        let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in HEADERS.iter().filter(|(name, _)| Some(*name) != without) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        (&mut &*stream).write_all(format!("{head}\r\n{body}").as_bytes())?;
    }
}
