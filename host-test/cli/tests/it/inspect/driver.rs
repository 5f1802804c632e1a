//! A headless Chromium, driven over [WebDriver](https://www.w3.org/TR/webdriver2/).

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::page::Inspecting;

/// The protocol's name for an element reference.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with its own profile, which ends with the test.
pub(super) struct Browser {
    driver: Child,
    _stdout: BufReader<ChildStdout>,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub(super) fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(driver.stdout.take().unwrap());
        let port = loop {
            let mut line = String::new();
            assert!(stdout.read_line(&mut line).unwrap() > 0, "chromedriver ended");
            if let Some((_, port)) = line.trim().rsplit_once("successfully on port ") {
                break port.trim_end_matches('.').parse().unwrap();
            }
        };
        let profile = tempfile::tempdir().unwrap();
        let mut browser =
            Browser { driver, _stdout: stdout, port, session: String::new(), _profile: profile };
        let directory = format!("--user-data-dir={}", browser._profile.path().display());
        let options = json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--window-size=1280,1240", directory,
        ]});
        let capabilities = json!({
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "timeouts": { "script": 60_000 },
        });
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let made = browser.request("POST", "/session", &body);
        browser.session = made["sessionId"].as_str().unwrap().to_owned();
        browser
    }

    pub(super) fn open(&self, url: &str) {
        // Requests of the browser's own start page are ignored.
        self.ask("url", &json!({ "url": "about:blank" }));
        self.ask("se/log", &json!({ "type": "performance" }));
        self.ask("url", &json!({ "url": url }));
    }

    /// Waits until the page reports that it is ready.
    pub(super) fn wait(&self, what: &str) {
        self.until(&format!("document.body.dataset.{what}"));
    }

    /// Waits until an expression holds; checks again at each change of the page.
    pub(super) fn until(&self, expression: &str) {
        let script = format!(
            "const done = arguments[0]; const look = () => {{ if ({expression}) {{ watching.disconnect(); done(true); }} }};
             const watching = new MutationObserver(look);
             watching.observe(document.documentElement, {{ subtree: true, childList: true, attributes: true, characterData: true }});
             look();"
        );
        self.ask("execute/async", &json!({ "script": script, "args": [] }));
    }

    /// The result of a script.
    pub(super) fn script(&self, script: &str) -> Value {
        self.ask("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The visible text of an element.
    pub(super) fn text(&self, selector: &str) -> String {
        let selector = json!(selector);
        let script = format!("return document.querySelector({selector}).innerText");
        self.script(&script).as_str().unwrap().trim().to_owned()
    }

    /// A number in an attribute.
    pub(super) fn number(&self, selector: &str, attribute: &str) -> u64 {
        let script = format!(
            "return document.querySelector({}).getAttribute({})",
            json!(selector),
            json!(attribute)
        );
        self.script(&script).as_str().unwrap().parse().unwrap()
    }

    /// The number of matching elements.
    pub(super) fn count(&self, selector: &str) -> u64 {
        let script = format!("return document.querySelectorAll({}).length", json!(selector));
        self.script(&script).as_u64().unwrap()
    }

    pub(super) fn click(&self, selector: &str) {
        if selector == "#run" {
            self.script("delete document.body.dataset.ran");
        }
        let element = self.find(selector);
        self.ask(&format!("element/{element}/click"), &json!({}));
    }

    /// Types into an element.
    pub(super) fn keys(&self, selector: &str, keys: &str) {
        let element = self.find(selector);
        self.ask(&format!("element/{element}/value"), &json!({ "text": keys }));
    }

    /// Replaces the text of a field.
    pub(super) fn replace(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.ask(&format!("element/{element}/clear"), &json!({}));
        self.keys(selector, text);
    }

    /// Chooses an option of a list and waits for its form.
    pub(super) fn choose(&self, selector: &str, option: &str) {
        self.click(&format!("{selector} option[value={option}]"));
    }

    pub(super) fn wide(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// A command of Chromium's DevTools protocol.
    pub(super) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.ask("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Saves a screenshot of the page.
    pub(super) fn keep(&self, name: &str) {
        self.script("window.scrollTo(0, 0)");
        let picture = self.devtools("Page.captureScreenshot", &json!({ "format": "png" }));
        let bytes = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        fs::write(format!("{}/{name}", env!("CARGO_TARGET_TMPDIR")), bytes).unwrap();
    }

    /// Checks that the console is empty and that all requests went to the page's own server.
    pub(super) fn is_content_with(&self, inspecting: &Inspecting) {
        let console = self.ask("se/log", &json!({ "type": "browser" }));
        assert_eq!(console, json!([]), "the console");
        let log = self.ask("se/log", &json!({ "type": "performance" }));
        let mut asked = Vec::new();
        for line in log.as_array().unwrap() {
            let event: Value = serde_json::from_str(line["message"].as_str().unwrap()).unwrap();
            if event["message"]["method"] == "Network.requestWillBeSent" {
                let url = event["message"]["params"]["request"]["url"].as_str().unwrap();
                asked.push(url.to_owned());
            }
        }
        assert!(asked.len() > 5, "the log has the requests: {asked:?}");
        let own = format!("{}/", inspecting.origin());
        let foreign: Vec<&String> = asked.iter().filter(|url| !url.starts_with(&own)).collect();
        assert!(foreign.is_empty(), "{foreign:?}");
    }

    fn find(&self, selector: &str) -> String {
        let using = json!({ "using": "css selector", "value": selector });
        self.ask("element", &using)[ELEMENT].as_str().unwrap().to_owned()
    }

    fn ask(&self, path: &str, body: &Value) -> Value {
        self.request("POST", &format!("/session/{}/{path}", self.session), body)
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .unwrap();
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(answer.read_line(&mut line).unwrap() > 0, "no answer to {path}");
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut text = vec![0; length];
        answer.read_exact(&mut text).unwrap();
        let mut told: Value = serde_json::from_slice(&text).unwrap();
        let value = told["value"].take();
        assert!(value.get("error").is_none(), "{path}: {value:#}");
        value
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Otherwise, the browser would outlive its driver. A failed test has already printed its
        // reason.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let path = format!("/session/{}", self.session);
            let sent =
                write!(stream, "DELETE {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", self.port);
            let _ = sent.and_then(|()| stream.read(&mut [0; 64]));
        }
        // It may have already ended.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
