//! Asks Dataverse for formatted values: the names of lookups and the labels of choices, beside their ids and numbers
//! ([formatted values](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/select-columns#formatted-values)).

use http::{HeaderName, HeaderValue, Method, Request};

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The preference that asks for them.
const ANNOTATIONS: &str =
    "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"";

/// Adds the preference to a request whose answer has rows: one that reads, or a write that asks for its row. The preferences of
/// the component stay, and so does a wish for annotations of its own.
pub(super) fn ask<B>(request: &mut Request<B>) {
    let own: Vec<&str> =
        request.headers().get_all(PREFER).iter().filter_map(|value| value.to_str().ok()).collect();
    let own = own.join(",");
    let gives_rows = request.method() == Method::GET || own.contains("return=representation");
    if !gives_rows || own.contains("include-annotations") {
        return;
    }
    let all = if own.is_empty() { ANNOTATIONS.to_owned() } else { format!("{own},{ANNOTATIONS}") };
    if let Ok(all) = HeaderValue::try_from(all) {
        request.headers_mut().insert(PREFER, all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferences(method: Method, own: &[&str]) -> Vec<String> {
        let mut request = Request::builder().method(method).uri("https://x/api/data/v9.2/accounts");
        for value in own {
            request = request.header(PREFER, *value);
        }
        let mut request = request.body(()).unwrap();
        ask(&mut request);
        let all = request.headers().get_all(PREFER).iter();
        all.map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_request_whose_answer_has_rows_asks_for_them_behind_its_own_preferences() {
        assert_eq!(preferences(Method::GET, &[]), [ANNOTATIONS]);
        assert_eq!(
            preferences(Method::GET, &["odata.maxpagesize=3"]),
            [format!("odata.maxpagesize=3,{ANNOTATIONS}")]
        );
        assert_eq!(
            preferences(Method::POST, &["return=representation"]),
            [format!("return=representation,{ANNOTATIONS}")]
        );
    }

    #[test]
    fn other_writes_and_a_wish_of_its_own_stay() {
        assert!(preferences(Method::PATCH, &[]).is_empty());
        let own = "odata.include-annotations=\"*\"";
        assert_eq!(preferences(Method::GET, &[own]), [own]);
    }
}
