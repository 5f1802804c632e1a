//! The `@Microsoft.PowerApps.CDS.*` members of an error, on request
//! ([errors](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors)).

use http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::problem::Problem;

/// Adds the members that `Prefer: odata.include-annotations` names.
pub(crate) fn add(error: &mut Map<String, Value>, headers: &HeaderMap, problem: &Problem) {
    let wanted = wanted(headers);
    if wanted.is_empty() {
        return;
    }
    let code = problem.code.trim_start_matches("0x");
    let link = format!(
        "http://go.microsoft.com/fwlink/?LinkID=398563&error=\
         Microsoft.Crm.CrmException%3a{code}&client=platform"
    );
    let members = [
        ("ErrorDetails.OperationStatus", json!("0")),
        ("ErrorDetails.SubErrorCode", json!("0")),
        ("HelpLink", json!(link)),
        ("TraceText", json!("")),
        ("InnerError.Message", json!(problem.message)),
    ];
    for (name, value) in members {
        let name = format!("Microsoft.PowerApps.CDS.{name}");
        if wanted.iter().any(|pattern| matches(pattern, &name)) {
            error.insert(format!("@{name}"), value);
        }
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// The patterns of all `odata.include-annotations` preferences.
fn wanted(headers: &HeaderMap) -> Vec<String> {
    let mut patterns = Vec::new();
    for value in headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok()) {
        let Some((_, rest)) = value.split_once("odata.include-annotations") else { continue };
        let Some(rest) = rest.trim_start().strip_prefix('=') else { continue };
        let rest = rest.trim_start();
        let list = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next().unwrap_or_default(),
            None => rest.split(',').next().unwrap_or_default(),
        };
        patterns.extend(list.split(',').map(|part| part.trim().to_owned()));
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(prefer: &str) -> Vec<String> {
        let mut headers = HeaderMap::new();
        headers.append("prefer", prefer.parse().unwrap());
        let mut error = Map::new();
        add(&mut error, &headers, &Problem::unexpected());
        error.keys().map(|name| name.replace("@Microsoft.PowerApps.CDS.", "")).collect()
    }

    #[test]
    fn come_only_on_request() {
        assert_eq!(members("return=representation").len(), 0);
        assert_eq!(members("odata.include-annotations=\"OData.Community.*\"").len(), 0);
        assert_eq!(members("return=representation, odata.include-annotations=\"*\"").len(), 5);
        assert_eq!(members("odata.include-annotations=*").len(), 5);
        assert_eq!(
            members("odata.include-annotations=\"a.b,Microsoft.PowerApps.CDS.ErrorDetails*\""),
            ["ErrorDetails.OperationStatus", "ErrorDetails.SubErrorCode"]
        );
        assert_eq!(
            members("odata.include-annotations=\"Microsoft.PowerApps.CDS.HelpLink\""),
            ["HelpLink"]
        );
    }
}
