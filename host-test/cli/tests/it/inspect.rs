//! `inspect` in a browser: a newcomer's view, and its security.

mod driver;
mod page;

use serde_json::{Value, json};

use crate::sim::served::Simulator;
use crate::support::installed;
use driver::Browser;
use page::Inspecting;

/// The page in a browser, ready.
fn opened() -> Option<(Inspecting, Browser)> {
    opened_with(Inspecting::start)
}

fn opened_with(start: impl FnOnce() -> Inspecting) -> Option<(Inspecting, Browser)> {
    if !installed::chromium() {
        return None;
    }
    let inspecting = start();
    let browser = Browser::start();
    browser.open(&inspecting.url);
    browser.wait("ready");
    Some((inspecting, browser))
}

fn run(browser: &Browser) {
    browser.click("#run");
    browser.wait("ran");
}

#[test]
fn a_newcomer_sees_one_appointment_survive_a_lost_answer() {
    let Some((inspecting, browser)) = opened() else { return };
    let before = browser.number("[data-table=appointment]", "data-rows");
    // Without any choice or typing: the page starts with it.
    run(&browser);
    assert_eq!(browser.text("#verdict"), "One new appointment, although a response was lost.");
    let waterfall = browser.text("#waterfall");
    for shown in
        ["Sign-in", "PATCH appointments(", "no response", "backs off after the lost response"]
    {
        assert!(waterfall.contains(shown), "{shown}: {waterfall}");
    }
    assert_eq!(browser.number("[data-table=appointment]", "data-rows"), before + 1);
    assert_eq!(browser.count("#rows tr.new"), 1);
    assert_eq!(browser.count("[data-table=appointment][aria-pressed=true]"), 1);
    assert!(browser.text("#journal").contains("no response"));
    // The state shown in docs/inspect.png.
    browser.wide(1_280, 960);
    browser.keep("inspect-light.png");
    browser.is_content_with(&inspecting);
}

#[test]
fn a_form_is_filled_and_a_throttled_call_shows_its_waits() {
    let Some((inspecting, browser)) = opened() else { return };
    browser.click("#fault-throttled");
    browser.replace("#field-subject", "Quarterly review");
    run(&browser);
    let waterfall = browser.text("#waterfall");
    assert_eq!(waterfall.matches("429: Dynamics asked to wait (1 s)").count(), 2, "{waterfall}");
    assert!(browser.text("#verdict").contains("although it was refused 2 times"));
    assert!(browser.text("#rows").contains("Quarterly review"));
    browser.is_content_with(&inspecting);
}

#[test]
fn text_from_rows_is_never_html() {
    let Some((inspecting, browser)) = opened() else { return };
    let name = "<img src=x onerror=\"document.title='taken'\">";
    browser.click("#fault-none");
    browser.replace("#field-subject", name);
    run(&browser);
    assert!(browser.text("#rows").contains(name));
    browser.choose("#action", "list_appointments");
    run(&browser);
    assert!(browser.text("#as-table").contains(name), "{}", browser.text("#as-table"));
    browser.script("document.querySelectorAll('details').forEach((own) => (own.open = true))");
    assert!(browser.text("#waterfall").contains("onerror"));
    assert_eq!(browser.count("img"), 0);
    assert_eq!(browser.script("return document.title"), "Inspector · dynamics365-sales");
    browser.is_content_with(&inspecting);
}

#[test]
fn a_refused_call_shows_its_kind_and_what_to_do() {
    let Some((inspecting, browser)) = opened() else { return };
    browser.click("#fault-forbidden");
    browser.choose("#action", "list_accounts");
    run(&browser);
    let verdict = browser.text("#verdict");
    assert!(verdict.contains("ask-administrator"), "{verdict}");
    assert!(verdict.contains("Ask an administrator of the organization."), "{verdict}");
    browser.is_content_with(&inspecting);
}

#[test]
fn the_component_cannot_reach_another_host() {
    let Some((inspecting, browser)) = opened() else { return };
    browser.click("#escape");
    browser.until("document.querySelector('#escaped strong')");
    let told = browser.text("#escaped");
    assert!(told.starts_with("Refused before any request left this machine."), "{told}");
    assert!(told.contains("GET elsewhere.crm.dynamics.com"), "{told}");
    assert!(browser.text("#imports").contains("wasi:http/outgoing-handler"));
    browser.is_content_with(&inspecting);
}

#[test]
fn no_secret_is_on_the_page_or_in_the_archive() {
    let Some((inspecting, browser)) = opened() else { return };
    run(&browser);
    browser.script("document.querySelectorAll('details').forEach((own) => (own.open = true))");
    let all = browser.text("body");
    assert!(all.contains("client_secret=[hidden]"), "{all}");
    let (status, archive) = inspecting.ask("/api/har", &[("x-inspect-key", inspecting.key())]);
    assert_eq!(status, 200);
    for secret in ["simulated-client-secret", "Bearer ey"] {
        assert!(!all.contains(secret) && !archive.contains(secret), "{secret}");
    }
    let archive: Value = serde_json::from_str(&archive).unwrap();
    let entries = archive["log"]["entries"].as_array().unwrap();
    assert!(entries.iter().any(|entry| entry["response"]["status"] == 0), "{archive}");
}

#[test]
fn it_fits_a_phone_and_supports_dark_mode() {
    let Some((inspecting, browser)) = opened() else { return };
    browser.wide(400, 900);
    run(&browser);
    let wide = browser.script("return document.documentElement.scrollWidth");
    assert!(wide.as_u64().unwrap() <= 400, "{wide}");
    browser.keep("inspect-400.png");
    browser.wide(1_280, 1_240);
    let light =
        browser.script("return getComputedStyle(document.body.parentElement).backgroundColor");
    let media = json!([{ "name": "prefers-color-scheme", "value": "dark" }]);
    browser.devtools("Emulation.setEmulatedMedia", &json!({ "features": media }));
    let dark =
        browser.script("return getComputedStyle(document.body.parentElement).backgroundColor");
    assert_ne!(light, dark);
    browser.keep("inspect-dark.png");
    browser.is_content_with(&inspecting);
}

#[test]
fn works_by_keyboard() {
    let Some((inspecting, browser)) = opened() else { return };
    // Enter in a field runs the call.
    browser.keys("#field-subject", "\u{E007}");
    browser.wait("ran");
    assert!(browser.text("#verdict").starts_with("One new appointment"));
    browser.keys("#tab-table", "\u{E014}");
    assert_eq!(browser.script("return document.activeElement.id"), "tab-json");
    assert!(browser.text("#as-json").contains("\"success\": true"));
    browser.is_content_with(&inspecting);
}

#[test]
fn writes_to_an_organization_need_the_switch() {
    let simulator = Simulator::start(&["--appointments", "0"]);
    let (url, token) = (simulator.url(), simulator.value("token").to_owned());
    let opened = opened_with(|| Inspecting::of_organization(&url, &token));
    let Some((_inspecting, browser)) = opened else { return };
    assert!(browser.text("#organization").starts_with("real organization"));
    for hidden in ["#faults", "#other", "#writes"] {
        assert_eq!(browser.count(&format!("{hidden}[hidden]")), 1, "{hidden}");
    }
    browser.choose("#action", "create_appointment");
    browser.until("document.querySelector('#field-regarding_account_id')?.value");
    for (field, text) in [
        ("#field-subject", "Kick-off"),
        ("#field-scheduledstart", "2026-12-10T09:00:00Z"),
        ("#field-scheduledend", "2026-12-10T10:00:00Z"),
        ("#field-required_attendee_email", "ann.baker@contoso.com"),
    ] {
        browser.replace(field, text);
    }
    let count = || simulator.get("/api/data/v9.2/appointments/$count").1;
    run(&browser);
    assert!(browser.text("#verdict").contains("turn on `Allow writes` first"));
    assert_eq!(count(), "0");
    browser.click("#may-write");
    run(&browser);
    assert_eq!(browser.text("#verdict"), "It worked.");
    assert_eq!(count(), "1");
    // The switch applies only to this form.
    browser.choose("#action", "update_appointment");
    assert_eq!(browser.count("#may-write:checked"), 0);
}

#[test]
fn only_the_opened_page_may_send_requests() {
    let inspecting = Inspecting::start();
    let key = inspecting.key();
    for (headers, status) in [
        (vec![("x-inspect-key", key)], 200),
        (vec![], 401),
        (vec![("x-inspect-key", "guessed")], 401),
        (vec![("x-inspect-key", key), ("Origin", "http://evil.example")], 403),
    ] {
        assert_eq!(inspecting.ask("/api/start", &headers).0, status, "{headers:?}");
    }
    assert_eq!(inspecting.ask_as("evil.example", "/", &[]).0, 403);
    let (_, page) = inspecting.ask("/", &[]);
    assert!(page.contains("<title>Inspector"), "{page}");
}
