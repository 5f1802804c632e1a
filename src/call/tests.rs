use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use super::*;
use crate::action::recorded::{Ran, answer, ask, ask_with};
use crate::actions::GetAccount;
use crate::contract::FailureKind;
use crate::contract::GetAccountInput;
use crate::dataverse::request::URL_LIMIT;
use crate::http::Request;
use crate::outside::scripted::StoppedClock;
use crate::outside::{Secrets, SecretsError};

const APP: [(&str, &str); 3] =
    [("client_id", "id"), ("client_secret", "s3cret-value"), ("tenant_id", "t")];
const ROW: &str = r#"{"accountid":"a56b3f4b-1be7-e611-8101-e0071b6af231"}"#;
const TOKEN: &str = r#"{"access_token":"fresh","expires_in":3599,"refresh_token":"rotated"}"#;

fn input() -> GetAccountInput {
    GetAccountInput { account_id: "a56b3f4b-1be7-e611-8101-e0071b6af231".into() }
}

fn with(secrets: &[(&str, &str)], accepted: &str) -> Ran<String> {
    let mut secrets = secrets.to_vec();
    secrets.extend(APP);
    let accepted = format!("Bearer {accepted}");
    ask_with::<GetAccount>(&secrets, input(), |request| match request.method.as_str() {
        "POST" => answer(200, TOKEN),
        _ if request.headers.iter().any(|(_, value)| *value == accepted) => answer(200, ROW),
        _ => answer(401, ""),
    })
}

#[test]
fn prefers_a_ready_token() {
    let ran = with(&[("access_token", "ready")], "ready");
    assert!(ran.result.is_ok());
    assert_eq!(ran.requests.len(), 1);
}

#[test]
fn renews_a_token_that_is_about_to_expire_and_keeps_the_new_one() {
    for end in ["1800000100", "2027-01-15T08:01:40Z"] {
        let ran = with(&[("access_token", "old"), ("access_token_expires_at", end)], "fresh");
        assert!(ran.result.is_ok(), "{end}");
        assert_eq!(ran.requests.len(), 2, "{end}");
        assert_eq!(ran.secrets["access_token"], "fresh");
        assert_eq!(ran.secrets["access_token_expires_at"], "1800003599");
        assert_eq!(ran.secrets["refresh_token"], "rotated");
    }
}

#[test]
fn renews_once_a_token_that_dataverse_rejects() {
    let ran = with(&[("access_token", "old")], "fresh");
    assert!(ran.result.is_ok());
    assert_eq!(ran.requests.len(), 3);
    let ran = with(&[("access_token", "old")], "none");
    assert_eq!(ran.result.unwrap_err().kind, FailureKind::SignIn);
    assert_eq!(ran.requests.len(), 3);
}

/// A store shared with other calls.
#[derive(Clone)]
struct Shared(Rc<RefCell<BTreeMap<String, String>>>);

impl Secrets for Shared {
    fn get(&mut self, name: &str) -> Result<Option<String>, SecretsError> {
        Ok(self.0.borrow().get(name).cloned())
    }

    fn set(&mut self, name: &str, value: &str) {
        self.0.borrow_mut().insert(name.into(), value.into());
    }
}

/// The requests of a call with these secrets, while another call stores this token when the first
/// request is refused: the token of each request, or `token` for one to the sign-in service.
fn overtaken(secrets: &[(&str, &str)], put: &str, accepted: &str) -> (bool, Vec<String>) {
    let mut store = Shared(Rc::default());
    for (name, value) in secrets.iter().chain(&APP).chain(&[("instance_url", "localhost")]) {
        store.set(name, value);
    }
    let mut other_call = store.clone();
    let mut sent = Vec::new();
    let mut transport = |request: &Request| {
        let authorization = request.headers.iter().find(|(name, _)| *name == "Authorization");
        let token = authorization.map_or("token", |(_, value)| value.trim_start_matches("Bearer "));
        sent.push(String::from(token));
        match token {
            "token" if secrets.contains(&("refresh_token", "used")) => {
                other_call.set("access_token", put);
                answer(400, r#"{"error":"invalid_grant"}"#)
            }
            "token" => answer(200, TOKEN),
            _ if token == accepted => answer(200, ROW),
            _ => {
                if sent.len() == 1 {
                    other_call.set("access_token", put);
                }
                answer(401, "")
            }
        }
    };
    let mut clock = StoppedClock::default();
    let outside = Outside { transport: &mut transport, secrets: &mut store, clock: &mut clock };
    let result = crate::action::run::<GetAccount>(input(), outside);
    (result.is_ok(), sent)
}

#[test]
fn uses_a_token_stored_by_another_call_before_requesting_one() {
    let old = [("access_token", "old")];
    assert_eq!(overtaken(&old, "other", "other"), (true, texts(&["old", "other"])));
    // Only a different, possibly valid one, and only once.
    assert_eq!(overtaken(&old, "old", "fresh"), (true, texts(&["old", "token", "fresh"])));
    assert_eq!(overtaken(&old, "no token", "fresh"), (true, texts(&["old", "token", "fresh"])));
    let all = texts(&["old", "other", "token", "fresh"]);
    assert_eq!(overtaken(&old, "other", "fresh"), (true, all.clone()));
    assert_eq!(overtaken(&old, "other", "none"), (false, all));
}

#[test]
fn uses_another_calls_result_for_a_single_use_refresh_token() {
    let used = [("refresh_token", "used")];
    assert_eq!(overtaken(&used, "other", "other"), (true, texts(&["token", "other"])));
    assert_eq!(overtaken(&used, "", "other"), (false, texts(&["token"])));
    let refused = [("refresh_token", "used"), ("access_token", "old")];
    assert_eq!(overtaken(&refused, "old", "other"), (false, texts(&["old", "token"])));
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.into()).collect()
}

#[test]
fn names_the_missing_credentials() {
    let ran = ask_with::<GetAccount>(&[("client_id", "id")], input(), |_| answer(200, ROW));
    assert!(ran.result.unwrap_err().message.starts_with("there is nothing to sign in with"));
    assert!(ran.requests.is_empty());
}

#[test]
fn waits_as_dataverse_says_and_retries() {
    let mut answers = Vec::from([(429, "7"), (503, ""), (200, "")]).into_iter();
    let ran = ask::<GetAccount>(input(), |_| {
        let (status, after) = answers.next().unwrap();
        let mut answer = answer(status, ROW);
        if let Ok(answer) = &mut answer
            && !after.is_empty()
        {
            answer.headers.push(("retry-after".into(), after.into()));
        }
        answer
    });
    assert!(ran.result.is_ok());
    assert!((8_000..10_000).contains(&ran.waited), "{}", ran.waited);
}

#[test]
fn gives_up_within_the_budget_and_says_when_to_retry() {
    let ran = ask::<GetAccount>(input(), |_| {
        answer(429, r#"{"error":{"code":"0x80072322","message":"Number of requests"}}"#).map(
            |mut answer| {
                answer.headers.push(("retry-after".into(), "40".into()));
                answer
            },
        )
    });
    let failure = ran.result.unwrap_err();
    assert_eq!((failure.kind, failure.retry_after_seconds), (FailureKind::Wait, Some(40)));
    assert!(ran.waited <= retry::BUDGET);
    assert_eq!(ran.requests.len(), 2);
}

#[test]
fn keeps_secrets_out_of_what_servers_echo() {
    let ran = ask_with::<GetAccount>(&APP, input(), |request| match request.method.as_str() {
        "POST" => answer(200, TOKEN),
        _ => answer(400, r#"{"error":{"code":"","message":"s3cret-value and Bearer fresh"}}"#),
    });
    let message = ran.result.unwrap_err().message.clone();
    assert!(message.contains("[redacted]") && !message.contains("s3cret"), "{message}");
}

#[test]
fn refuses_a_url_that_is_too_long_for_dataverse() {
    let mut call_was_made = false;
    let filter = format!("name eq '{}'", "é".repeat(URL_LIMIT / 6));
    let input = crate::contract::ListAccountsInput { filter: Some(filter), records_per_page: None };
    let ran = ask::<crate::actions::ListAccounts>(input, |_| {
        call_was_made = true;
        answer(200, ROW)
    });
    assert_eq!(ran.result.unwrap_err().kind, FailureKind::FixInput);
    assert!(!call_was_made);
}
