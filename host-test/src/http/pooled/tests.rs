use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use dataverse_sim::{Dataverse, Fault, Server, When, World};
use http::StatusCode;
use http_body_util::Empty;
use tokio::net::TcpSocket;

use super::*;

fn organization() -> Server {
    let mut world = World::default();
    world.settings.authentication = false;
    Server::start(Dataverse::new(world), 0).unwrap()
}

fn patience() -> Patience {
    let long = Duration::from_secs(20);
    Patience { connect: long, first_byte: long, between_bytes: long }
}

fn get(url: &str) -> Request<WasiBody> {
    let body = Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync();
    Request::get(format!("{url}/api/data/v9.2/accounts")).body(body).unwrap()
}

/// The body of an answer, or what kept it from coming.
async fn read(pooled: &Pooled, url: &str, patience: Patience) -> Result<Bytes, Error> {
    let response = pooled.send(get(url), patience).await?;
    assert_eq!(response.status(), StatusCode::OK);
    Ok(response.into_body().collect().await?.to_bytes())
}

/// What comes of one request with this fault, by its name.
async fn failing(fault: Fault, patience: Patience) -> String {
    let server = organization();
    server.dataverse().next(fault);
    let failed = read(&Pooled::new(), &server.url(), patience).await.unwrap_err();
    format!("{failed:?}")
}

#[tokio::test]
async fn keeps_the_connection_for_the_next_request() {
    let (server, pooled) = (organization(), Pooled::new());
    for _ in 0..5 {
        read(&pooled, &server.url(), patience()).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn unpacks_what_the_other_side_has_compressed() {
    let (server, pooled) = (organization(), Pooled::new());
    let compressed = read(&pooled, &server.url(), patience()).await.unwrap();
    server.dataverse().world.settings.compression = false;
    let plain = read(&pooled, &server.url(), patience()).await.unwrap();
    assert_eq!(compressed, plain);
    for entry in server.dataverse().journal().iter() {
        assert_eq!(entry.header("accept-encoding"), Some("gzip"));
    }
}

#[tokio::test]
async fn makes_a_new_connection_after_a_reset() {
    let (server, pooled) = (organization(), Pooled::new());
    read(&pooled, &server.url(), patience()).await.unwrap();
    server.dataverse().next(Fault::Reset(When::AfterCommit));
    let reset = read(&pooled, &server.url(), patience()).await.unwrap_err();
    assert!(matches!(reset, Error::ConnectionTerminated), "{reset:?}");
    read(&pooled, &server.url(), patience()).await.unwrap();
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn gives_up_when_the_first_byte_does_not_come_in_time() {
    let (started, limit) = (Instant::now(), Duration::from_millis(100));
    let impatient = Patience { first_byte: limit, ..patience() };
    let fault = Fault::StalledBeforeFirstByte(When::BeforeCommit);
    assert_eq!(failing(fault, impatient).await, "ConnectionReadTimeout");
    assert!(started.elapsed() >= limit);
}

#[tokio::test]
async fn gives_up_when_the_rest_does_not_come_in_time() {
    let impatient = Patience { between_bytes: Duration::from_millis(100), ..patience() };
    let failed = failing(Fault::StalledInBody { after: 10 }, impatient).await;
    assert_eq!(failed, "ConnectionReadTimeout");
}

#[tokio::test]
async fn says_that_a_body_was_cut() {
    let failed = failing(Fault::CutBody { after: 10 }, patience()).await;
    assert_eq!(failed, "HttpResponseIncomplete");
    let failed = failing(Fault::WrongContentLength { declared: 10_000_000 }, patience()).await;
    assert_eq!(failed, "HttpResponseIncomplete");
}

#[tokio::test]
async fn says_that_nobody_listens() {
    // A port that is taken, and on which nobody listens.
    let taken = TcpSocket::new_v4().unwrap();
    taken.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let url = format!("http://{}", taken.local_addr().unwrap());
    let refused = read(&Pooled::new(), &url, patience()).await.unwrap_err();
    assert!(matches!(refused, Error::ConnectionRefused), "{refused:?}");
}

#[tokio::test]
async fn says_that_there_is_no_such_host() {
    // DNS has no labels of 64 characters, so the resolver refuses the name without asking anyone.
    let url = format!("http://{}.invalid", "x".repeat(64));
    let failed = read(&Pooled::new(), &url, patience()).await.unwrap_err();
    assert!(matches!(failed, Error::DnsError { .. }), "{failed:?}");
}

#[tokio::test]
async fn says_that_the_other_side_speaks_no_tls() {
    let server = organization();
    let url = server.url().replace("http:", "https:");
    let failed = read(&Pooled::new(), &url, patience()).await.unwrap_err();
    assert!(matches!(failed, Error::TlsProtocolError), "{failed:?}");
}

#[tokio::test]
async fn gives_up_when_no_connection_comes_about_in_time() {
    // TLS to a listener that accepts and says nothing: the handshake is part of connecting.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let impatient = Patience { connect: Duration::from_millis(100), ..patience() };
    let failed = read(&Pooled::new(), &url, impatient).await.unwrap_err();
    assert!(matches!(failed, Error::ConnectionTimeout), "{failed:?}");
}
