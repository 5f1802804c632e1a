use std::cell::RefCell;

use dataverse_sim::{Answer, Dataverse, Server, World};
use host_test::Organization;

use super::*;

/// Signs in at a simulator whose clock advances during waits; returns the result and the length of
/// each wait.
async fn run(change: impl FnOnce(&mut World)) -> (Result<Login, String>, Vec<u64>) {
    run_late(change, Duration::ZERO).await
}

/// The same, with the simulator's clock this much behind in the first wait.
async fn run_late(
    change: impl FnOnce(&mut World),
    late: Duration,
) -> (Result<Login, String>, Vec<u64>) {
    let mut world = World::default();
    change(&mut world);
    let server = Server::start(Dataverse::new(world), 0).unwrap();
    let client = server.dataverse().public_client();
    let organization = Organization::parse(&server.url(), None).unwrap();
    let application = Application::new(
        organization,
        "organizations",
        client,
        None,
        &host_test::Network::default(),
    )
    .unwrap();
    let waits = RefCell::new(Vec::new());
    let sleep = |time: Duration| {
        let first = waits.borrow().is_empty();
        waits.borrow_mut().push(time.as_secs());
        server.dataverse().advance(if first { time - late } else { time });
        std::future::ready(())
    };
    let login = sign_in(&application, sleep, |_, _| {}).await;
    (login, waits.into_inner())
}

#[tokio::test]
async fn polls_until_the_user_has_answered() {
    let (login, waits) = run(|world| world.settings.sign_in.polls_until_answered = 3).await;
    assert!(login.is_ok(), "{:?}", login.err());
    assert_eq!(waits, [5, 5, 5]);
}

#[tokio::test]
async fn slows_down_on_request() {
    let slow_down = |world: &mut World| world.settings.sign_in.slow_down = true;
    let (login, waits) = run_late(slow_down, Duration::from_secs(1)).await;
    assert!(login.is_ok(), "{:?}", login.err());
    assert_eq!(waits, [5, 10]);
}

#[tokio::test]
async fn reports_an_expired_code() {
    let (login, _) = run(|world| world.settings.sign_in.polls_until_answered = 1_000).await;
    let error = login.err().unwrap();
    assert!(error.starts_with("the code expired before anybody entered it"), "{error}");
    assert!(error.contains("AADSTS70019"), "{error}");
}

#[tokio::test]
async fn reports_a_declined_sign_in() {
    let (login, _) = run(|world| world.settings.sign_in.answer = Answer::Decline).await;
    let error = login.err().unwrap();
    assert!(error.starts_with("the sign-in was declined (`authorization_declined`)"), "{error}");
}
