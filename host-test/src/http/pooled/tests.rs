use std::net::Ipv4Addr;
use std::time::Duration;

use bytes::Bytes;
use dataverse_sim::{Dataverse, Fault, Server, When, World};
use http::StatusCode;
use http_body_util::Empty;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{advance, pause};

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

/// The body of a response, or the reason for its absence.
async fn read(pooled: &Pooled, url: &str, patience: Patience) -> Result<Bytes, Error> {
    let response = pooled.send(get(url), patience).await.map_err(|lost| lost.code)?;
    assert_eq!(response.status(), StatusCode::OK);
    Ok(response.into_body().collect().await?.to_bytes())
}

/// The outcome of one request with the fault of this name.
async fn failing(fault: Fault) -> String {
    let server = organization();
    server.dataverse().next(fault);
    let failed = read(&Pooled::new(), &server.url(), patience()).await.unwrap_err();
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
async fn decompresses_responses() {
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

/// A server controlled by the test, and its URL with this scheme.
async fn listener(scheme: &str) -> (TcpListener, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("{scheme}://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// The next connection, once the head of a request has arrived.
async fn asked(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream
}

/// The outcome of a request if this much time passes after `so_far`, the server's actions until
/// then.
async fn after<T>(
    time: Duration,
    so_far: impl Future<Output = T>,
    request: impl Future<Output = Result<Bytes, Error>> + Send + 'static,
) -> String {
    let mut request = tokio::spawn(request);
    let _held = tokio::select! {
        held = so_far => held,
        early = &mut request => panic!("{early:?}"),
    };
    pause();
    advance(time).await;
    format!("{:?}", request.await.unwrap().unwrap_err())
}

#[tokio::test]
async fn gives_up_when_the_first_byte_does_not_come_in_time() {
    let (listener, url) = listener("http").await;
    let limit = Duration::from_secs(5);
    let impatient = Patience { first_byte: limit, ..patience() };
    let request = async move { read(&Pooled::new(), &url, impatient).await };
    assert_eq!(after(limit, asked(&listener), request).await, "ConnectionReadTimeout");
}

#[tokio::test]
async fn gives_up_when_the_rest_does_not_come_in_time() {
    let (listener, url) = listener("http").await;
    let limit = Duration::from_secs(5);
    let impatient = Patience { between_bytes: limit, ..patience() };
    let (told, begun) = tokio::sync::oneshot::channel();
    let request = async move {
        let response = Pooled::new().send(get(&url), impatient).await.unwrap();
        let mut body = response.into_body();
        let first = body.frame().await.unwrap().unwrap();
        told.send(first.into_data().unwrap()).unwrap();
        body.frame().await.unwrap()?;
        panic!("more of the body came")
    };
    let so_far = async {
        let mut stream = asked(&listener).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegun").await.unwrap();
        assert_eq!(begun.await.unwrap(), "begun");
        stream
    };
    assert_eq!(after(limit, so_far, request).await, "ConnectionReadTimeout");
}

#[tokio::test]
async fn reports_a_cut_body() {
    let failed = failing(Fault::CutBody { after: 10 }).await;
    assert_eq!(failed, "HttpResponseIncomplete");
    let failed = failing(Fault::WrongContentLength { declared: 10_000_000 }).await;
    assert_eq!(failed, "HttpResponseIncomplete");
}

#[tokio::test]
async fn reports_a_refused_connection() {
    // A port that is bound but not listened on.
    let taken = TcpSocket::new_v4().unwrap();
    taken.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let url = format!("http://{}", taken.local_addr().unwrap());
    let refused = read(&Pooled::new(), &url, patience()).await.unwrap_err();
    assert!(matches!(refused, Error::ConnectionRefused), "{refused:?}");
}

#[tokio::test]
async fn reports_an_unknown_host() {
    // DNS has no labels of 64 characters, so the resolver refuses the name without asking anyone.
    let url = format!("http://{}.invalid", "x".repeat(64));
    let failed = read(&Pooled::new(), &url, patience()).await.unwrap_err();
    assert!(matches!(failed, Error::DnsError { .. }), "{failed:?}");
}

#[tokio::test]
async fn reports_a_server_without_tls() {
    let server = organization();
    let url = server.url().replace("http:", "https:");
    let failed = read(&Pooled::new(), &url, patience()).await.unwrap_err();
    assert!(matches!(failed, Error::TlsProtocolError), "{failed:?}");
}

#[tokio::test]
async fn gives_up_when_it_cannot_connect_in_time() {
    // TLS to a listener that accepts and says nothing: the handshake is part of connecting.
    let (listener, url) = listener("https").await;
    let limit = Duration::from_secs(5);
    let impatient = Patience { connect: limit, ..patience() };
    let request = async move { read(&Pooled::new(), &url, impatient).await };
    let so_far = async { listener.accept().await.unwrap() };
    assert_eq!(after(limit, so_far, request).await, "ConnectionTimeout");
}
