//! Turns the output of an action into the result of a tool.

use std::borrow::Cow;

use host_test::Error;
use host_test::actions::Failure;
use rmcp::model::{CallToolResult, ContentBlock};

use super::lean::lean;
use super::{failure, members, raw};

/// The form of results.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Form {
    /// Whole: without omissions.
    pub(super) full: bool,
    /// Also as structured content, for output schemas.
    pub(super) structured: bool,
}

impl Form {
    /// The result of a call, even if the host stopped it or the component trapped. `advice` says
    /// how to request less.
    ///
    /// A success of the component is passed on, even if it cannot be parsed here.
    pub(super) fn result(
        self,
        tool: &str,
        advice: &str,
        answered: Result<Result<String, Failure>, Error>,
    ) -> CallToolResult {
        let (text, is_error) = match answered {
            Ok(Ok(answer)) => (self.trim(answer, advice), false),
            Ok(Err(failed)) => (failure::of_action(tool, &failed).to_string(), true),
            Err(error) => (failure::of_host(tool, &error).to_string(), true),
        };
        let structured = self.structured.then(|| raw::value(structured(&text)));
        let content = vec![ContentBlock::text(text)];
        let mut result = if is_error {
            CallToolResult::error(content)
        } else {
            CallToolResult::success(content)
        };
        result.structured_content = structured;
        result
    }

    fn trim(self, answer: String, advice: &str) -> String {
        if self.full { answer } else { lean(&members::unicode(&answer), advice) }
    }
}

/// The text as an object that a client can read. Even other text is a success.
fn structured(text: &str) -> Cow<'_, str> {
    let json = members::unicode(text);
    if members::members(&json).is_some() { json } else { Cow::Borrowed(r#"{"success":true}"#) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_success_stays_a_success() {
        for full in [false, true] {
            let form = Form { full, structured: true };
            let result = form.result("list_accounts", "", Ok(Ok("{".to_owned())));
            assert_eq!(result.is_error, Some(false));
            assert_eq!(result.content[0].as_text().unwrap().text, "{");
            assert_eq!(result.structured_content, Some(raw::value(r#"{"success":true}"#)));
        }
    }

    #[test]
    fn half_a_surrogate_pair_reaches_no_client_as_structured_content() {
        let answer = r#"{"success":true,"account":{"name":"a\ud83d"}}"#;
        let result =
            Form { full: true, structured: true }.result("x", "", Ok(Ok(answer.to_owned())));
        assert_eq!(result.content[0].as_text().unwrap().text, answer);
        let expected = raw::value(r#"{"success":true,"account":{"name":"a\ufffd"}}"#);
        assert_eq!(result.structured_content, Some(expected));
    }
}
