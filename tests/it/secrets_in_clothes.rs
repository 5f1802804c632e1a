//! No message reveals a secret, however a server encodes its echo: percent codes in either case, a
//! form's `+`, JSON escapes, HTML entities, and any nesting of them; complete or in part; anywhere
//! in a response that messages quote.
//!
//! This runs the component's code natively. The encoders and the decoder of messages are this
//! test's own.

use dynamics365_sales::actions::ALL;
use dynamics365_sales::http::Response;
use dynamics365_sales::outside::scripted::{Scripted, in_turn};
use dynamics365_sales::plugin::run;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use crate::hostile_input::good_input;
use crate::support::cases;

/// One layer of encoding.
#[derive(Debug, Clone, Copy)]
enum Layer {
    /// `%2F`, for everything except letters and digits.
    Percent,
    /// `%2f`.
    LowerPercent,
    /// Also `%61`, in either case.
    EveryPercent,
    /// `+` for a space, `%2F` for the rest.
    Form,
    /// `\"`, `\/`.
    Json,
    /// `/`, for everything except letters and digits.
    JsonUnicode,
    /// `&amp;`
    Html,
    /// `&#38;`, or `&#x26;`.
    HtmlNumbers,
}

use Layer::{EveryPercent, Form, Html, HtmlNumbers, Json, JsonUnicode, LowerPercent, Percent};

fn percent(c: char) -> String {
    c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn dressed(text: &str, layer: Layer) -> String {
    let of = |(at, c): (usize, char)| match (layer, c) {
        (EveryPercent, c) if at % 2 == 0 => percent(c),
        (EveryPercent, c) => percent(c).to_lowercase(),
        (_, c) if c.is_ascii_alphanumeric() => c.to_string(),
        (Percent, c) => percent(c),
        (LowerPercent, c) => percent(c).to_lowercase(),
        (Form, ' ') => "+".to_owned(),
        (Form, c) => percent(c),
        (Json, '"' | '\\' | '/') => format!("\\{c}"),
        (JsonUnicode, c) => {
            c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
        }
        (Html, '&') => "&amp;".to_owned(),
        (Html, '<') => "&lt;".to_owned(),
        (Html, '>') => "&gt;".to_owned(),
        (Html, '"') => "&quot;".to_owned(),
        (Html, '\'') => "&apos;".to_owned(),
        (HtmlNumbers, c) if at % 2 == 0 => format!("&#{};", u32::from(c)),
        (HtmlNumbers, c) => format!("&#x{:X};", u32::from(c)),
        (Json | Html, c) => c.to_string(),
    };
    text.chars().enumerate().map(of).collect()
}

/// The text with every encoded form of these characters decoded, repeatedly until none is left.
fn undressed(text: &str, letters: &str) -> String {
    let mut text = text.replace('+', " ");
    loop {
        let before = text.clone();
        for c in letters.chars() {
            let units: Vec<u16> = c.encode_utf16(&mut [0; 2]).to_vec();
            let unicode: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let number = u32::from(c);
            let (percent, hex) = (percent(c), format!("&#x{number:X};"));
            let clothes =
                [percent.clone(), percent.to_lowercase(), unicode, format!("&#{number};"), hex];
            for dress in clothes {
                text = text.replace(&dress, &c.to_string());
            }
        }
        for (dress, c) in [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&apos;", "'"),
            ("&amp;", "&"),
            ("\\\"", "\""),
            ("\\/", "/"),
            ("\\\\", "\\"),
        ] {
            text = text.replace(dress, c);
        }
        if text == before {
            return text;
        }
    }
}

/// A typical secret: letters, digits, and characters that a layer changes.
fn secret() -> impl Strategy<Value = String> {
    let letters: Vec<char> = "abcXYZ0189~._-+/=&<>\"'\\% é😀".chars().collect();
    vec(prop::sample::select(letters), 16..60).prop_map(|letters| letters.into_iter().collect())
}

fn layers() -> impl Strategy<Value = Vec<Layer>> {
    let all = vec![Percent, LowerPercent, EveryPercent, Form, Json, JsonUnicode, Html, HtmlNumbers];
    vec(prop::sample::select(all), 0..4)
}

/// Responses with a text at the places that messages quote.
fn answers(echo: &str) -> Vec<Response> {
    let answer = |status, headers: &[(&str, &str)], body: String| Response {
        status,
        headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        body: body.into_bytes(),
    };
    let said = |code: &str, message: &str| {
        json!({"error": {"code": code, "message": message}}).to_string()
    };
    let location = format!("https://org.crm.dynamics.com/{echo}");
    let challenge = format!("Bearer authorization_uri=https://a, resource_id={echo}");
    let rows = |row: serde_json::Value| json!({"value": [row]}).to_string();
    vec![
        answer(400, &[], said("0x80040265", echo)),
        answer(400, &[], said(echo, "no")),
        answer(403, &[], said("0x80040220", &format!("{}{echo}", "-".repeat(1_900)))),
        answer(400, &[], json!({"error": {"message": {"value": echo}}}).to_string()),
        answer(400, &[], json!({"echo": echo}).to_string()),
        answer(400, &[], echo.to_owned()),
        answer(502, &[("retry-after", "99")], format!("<html><title>{echo}</title></html>")),
        answer(302, &[("location", &location)], echo.to_owned()),
        answer(401, &[("www-authenticate", &challenge)], String::new()),
        answer(400, &[("req_id", echo), ("x-ms-service-request-id", echo)], "{}".to_owned()),
        answer(200, &[("content-encoding", echo)], String::new()),
        answer(200, &[], echo.to_owned()),
        answer(200, &[], json!([echo]).to_string()),
        answer(200, &[], json!({"value": [], "@odata.nextLink": location}).to_string()),
        answer(
            200,
            &[],
            json!({"value": [], "@odata.nextLink": format!("https://{echo}/")}).to_string(),
        ),
        answer(200, &[], rows(json!({"systemuserid": echo, "internalemailaddress": "a@b.c"}))),
        answer(
            200,
            &[],
            json!({"uniquename": echo, "ismanaged": true, "solutionid": echo}).to_string(),
        ),
        answer(200, &[], json!({"LogicalName": echo, "AttributeType": echo}).to_string()),
    ]
}

/// Twelve consecutive characters of the secret in the text, in any encoding.
fn told(text: &str, secret: &str) -> Option<String> {
    let (text, secret): (_, Vec<char>) =
        (undressed(text, secret), undressed(secret, secret).chars().collect());
    let mut parts = secret.windows(12).map(|part| part.iter().collect::<String>());
    parts.find(|part| text.contains(part))
}

/// The messages, codes and request ids for these responses, with the last one repeated.
fn said(action: &str, secret: &str, answers: &[Response]) -> Vec<String> {
    let answers: Vec<_> = answers.iter().cloned().map(Ok).collect();
    let mut transport = in_turn(&answers);
    let mut outside =
        Scripted::new(&[("client_id", "id"), ("tenant_id", "t"), ("client_secret", secret)]);
    let input = good_input(action).to_string();
    match run(action, &input, outside.outside(&mut transport)) {
        Ok(_) => Vec::new(),
        Err(failure) => [Some(failure.message), failure.code, failure.request_id]
            .into_iter()
            .flatten()
            .collect(),
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn show_in_no_message(
        secret in secret(),
        layers in layers(),
        action in 0..11_usize,
        from in 0..5_usize,
        cut in 0..5_usize,
    ) {
        // A setting is trimmed.
        let secret = format!("s{secret}t");
        let part: Vec<char> = secret.chars().collect();
        let part: String = part[from..part.len() - cut].iter().collect();
        let echo = layers.iter().fold(part, |text, &layer| dressed(&text, layer));
        let token = br#"{"access_token":"eyJ0eXAi.fresh","expires_in":3599}"#.to_vec();
        let token = Response { status: 200, headers: Vec::new(), body: token };
        for answer in answers(&echo) {
            // From the sign-in service, and from Dataverse.
            for answers in [&[answer.clone()][..], &[token.clone(), answer]] {
                for text in said(ALL[action].spec.name, &secret, answers) {
                    let told = told(&text, &secret);
                    prop_assert!(told.is_none(), "{told:?} of {secret} shows in {text}");
                }
            }
        }
    }
}
