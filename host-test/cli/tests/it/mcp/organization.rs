//! An organization that answers only when the test says so: a socket controlled by the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use super::pipe::Pipe;

/// Long enough for a busy machine, and less than the component's own time-out (30 s).
const PATIENCE: Duration = Duration::from_secs(20);

/// The socket.
pub(crate) struct Organization {
    listener: TcpListener,
    /// Its URL.
    pub(crate) url: String,
}

/// A request that waits for its response.
pub(crate) struct Waiting {
    stream: BufReader<TcpStream>,
}

impl Organization {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Organization { listener, url }
    }

    /// A server on this organization, past its check and the handshake.
    pub(crate) fn open(&self) -> Pipe {
        let mut pipe = Pipe::start(&[("instance_url", &self.url), ("access_token", "t0ken")]);
        let id = "0b9f1c6e-4cad-47c8-806e-d2a2ea636ee5";
        self.request().answer(&format!(
            r#"{{"UserId":"{id}","BusinessUnitId":"{id}","OrganizationId":"{id}"}}"#
        ));
        pipe.initialize();
        pipe
    }

    /// Accepts the next connection and reads the head of its request.
    pub(crate) fn request(&self) -> Waiting {
        let (stream, _) = self.listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert_ne!(stream.read_line(&mut line).unwrap(), 0, "the client went away");
        }
        Waiting { stream }
    }
}

impl Waiting {
    /// Responds with this JSON and closes.
    pub(crate) fn answer(mut self, json: &str) {
        let length = json.len();
        write!(
            self.stream.get_mut(),
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{json}"
        )
        .unwrap();
    }

    /// Waits until the client has closed the connection; false if it sends more or does not close
    /// in time.
    pub(crate) fn until_abandoned(mut self) -> bool {
        let mut rest = [0; 64];
        match self.stream.read(&mut rest) {
            Ok(more) => more == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }
}
