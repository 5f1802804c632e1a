//! How the answer of an action becomes the result of a tool.

use host_test::Error;
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

use crate::commands::effect::only_reads;

/// What a call gave, in the form that the tool's output schema has: also where the host ended it, or the component failed.
pub(crate) fn of(tool: &str, answered: Result<String, Error>) -> CallToolResult {
    let broken = match answered {
        Ok(text) => match serde_json::from_str::<Value>(&text) {
            Ok(answer) => return answer_of(text, answer),
            Err(error) => format!("the component's answer is not JSON: {error}"),
        },
        Err(error) => error.to_string(),
    };
    let doubt = if only_reads(tool) { "" } else { "; whether its change was made is not known" };
    CallToolResult::structured_error(json!({"success": false, "error": format!("{broken}{doubt}")}))
}

/// The text is the component's own, to the last digit; the structured form is for programs.
fn answer_of(text: String, answer: Value) -> CallToolResult {
    let content = vec![ContentBlock::text(text)];
    let mut result = if answer["success"] == true {
        CallToolResult::success(content)
    } else {
        CallToolResult::error(content)
    };
    result.structured_content = Some(answer);
    result
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn error(result: &CallToolResult) -> &str {
        assert_eq!(result.is_error, Some(true));
        let answer = result.structured_content.as_ref().unwrap();
        assert_eq!(answer["success"], false);
        answer["error"].as_str().unwrap()
    }

    #[test]
    fn a_call_that_the_host_ended_has_the_form_of_a_failure() {
        let ended = || Err(Error::Time(Duration::from_secs(600)));
        let read = of("list_accounts", ended());
        assert_eq!(error(&read), "the call was ended: it took longer than 600 s");
        let write = of("update_appointment", ended());
        assert!(error(&write).ends_with("; whether its change was made is not known"));
    }

    #[test]
    fn an_answer_that_is_no_json_has_the_form_of_a_failure() {
        assert!(error(&of("list_accounts", Ok("{".to_owned()))).contains("is not JSON"));
    }
}
