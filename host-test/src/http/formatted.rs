//! Requests formatted values from Dataverse: the names of lookups and the labels of choices, next
//! to their ids and numbers ([formatted
//! values](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/select-columns#formatted-values)).

use http::{HeaderName, HeaderValue, Method, Request};

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The preference for formatted values.
const ANNOTATIONS: &str = "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"";

/// Adds the preference to a Web API request whose response has rows: a read, or a write that
/// requests its row. The component's preferences stay, and if it requests annotations itself,
/// nothing is added.
pub(super) fn ask<B>(request: &mut Request<B>) {
    if !request.uri().path().starts_with("/api/data/") {
        return;
    }
    let headers = request.headers().get_all(PREFER).iter();
    let Ok(own) = headers.map(HeaderValue::to_str).collect::<Result<Vec<_>, _>>() else { return };
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

    const ACCOUNTS: &str = "https://x/api/data/v9.2/accounts";

    fn preferences(method: Method, url: &str, own: &[&str]) -> Vec<String> {
        let mut request = Request::builder().method(method).uri(url);
        for value in own {
            request = request.header(PREFER, *value);
        }
        let mut request = request.body(()).unwrap();
        ask(&mut request);
        let all = request.headers().get_all(PREFER).iter();
        all.map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_request_for_rows_gets_the_preference_after_its_own() {
        for (method, own) in [
            (Method::GET, "odata.maxpagesize=3"),
            (Method::POST, "return=representation"),
            (Method::PATCH, "return=representation"),
        ] {
            assert_eq!(preferences(method, ACCOUNTS, &[own]), [format!("{own},{ANNOTATIONS}")]);
        }
        assert_eq!(preferences(Method::GET, ACCOUNTS, &[]), [ANNOTATIONS]);
        assert_eq!(preferences(Method::GET, ACCOUNTS, &["a", "b"]), [format!("a,b,{ANNOTATIONS}")]);
    }

    #[test]
    fn other_writes_and_own_annotations_stay_unchanged() {
        assert!(preferences(Method::PATCH, ACCOUNTS, &[]).is_empty());
        let own = "odata.include-annotations=\"*\"";
        assert_eq!(preferences(Method::GET, ACCOUNTS, &[own]), [own]);
    }

    #[test]
    fn requests_to_other_services_stay_unchanged() {
        for url in ["https://x/t/oauth2/v2.0/token", "https://x/t/api/data/", "https://x/"] {
            assert!(preferences(Method::GET, url, &[]).is_empty(), "{url}");
        }
    }
}
