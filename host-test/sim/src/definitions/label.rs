//! Labels: the display text in each language
//! ([Label](https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/label)).

use serde_json::{Value, json};
use uuid::Uuid;

use crate::problem::Problem;
use crate::settings::{Settings, UninstalledLabels};

/// A label in one language; empty text makes an empty label.
pub(crate) fn label(text: &str, language: u32, managed: bool, key: &str) -> Value {
    labels(&[(text.to_owned(), language)], language, managed, key)
}

/// A label in several languages, with the user's.
pub(crate) fn labels(texts: &[(String, u32)], user: u32, managed: bool, key: &str) -> Value {
    let one = |(text, language): &(String, u32)| {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("label:{key}:{language}").as_bytes());
        json!({
            "Label": text,
            "LanguageCode": language,
            "IsManaged": managed,
            "MetadataId": id.to_string(),
            "HasChanged": null,
        })
    };
    let texts: Vec<&(String, u32)> = texts.iter().filter(|(text, _)| !text.is_empty()).collect();
    let localized: Vec<Value> = texts.iter().map(|text| one(text)).collect();
    let own = texts.iter().find(|(_, language)| *language == user).map(|text| one(text));
    json!({"LocalizedLabels": localized, "UserLocalizedLabel": own.unwrap_or(Value::Null)})
}

/// The texts of a label in a request: those of `LocalizedLabels`, or else that of
/// `UserLocalizedLabel`. The setting [`crate::Settings::uninstalled_labels`] governs languages that
/// are not installed.
pub(crate) fn read(
    value: Option<&Value>,
    settings: &Settings,
) -> Result<Vec<(String, u32)>, Problem> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(Vec::new()) };
    let list = value.get("LocalizedLabels").and_then(Value::as_array);
    let single = value.get("UserLocalizedLabel").filter(|label| !label.is_null());
    let items = list.filter(|list| !list.is_empty()).cloned();
    let items = items.unwrap_or_else(|| single.into_iter().cloned().collect());
    let installed = settings.languages();
    let mut texts = Vec::new();
    for item in &items {
        let text = item.get("Label").and_then(Value::as_str).unwrap_or_default();
        let language = item.get("LanguageCode").and_then(Value::as_u64).unwrap_or(0);
        let language = u32::try_from(language).map_err(|_| Problem::invalid_language())?;
        let refused = settings.uninstalled_labels == UninstalledLabels::Refused;
        if language == 0 || refused && !installed.contains(&language) {
            return Err(Problem::invalid_language());
        }
        texts.push((text.to_owned(), language));
    }
    Ok(texts)
}

/// Sets every `UserLocalizedLabel` in an answer to null.
pub(crate) fn forget_user_labels(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if name == "UserLocalizedLabel" {
                    *member = Value::Null;
                } else {
                    forget_user_labels(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(forget_user_labels),
        _ => {}
    }
}

/// The text of a label: the user's, or else the first.
pub(crate) fn text(label: &Value) -> &str {
    let user = &label["UserLocalizedLabel"]["Label"];
    user.as_str().or_else(|| label["LocalizedLabels"][0]["Label"].as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_its_text_twice() {
        let value = label("Demo", 1_033, false, "x");
        assert_eq!(value["LocalizedLabels"][0], value["UserLocalizedLabel"]);
        assert_eq!(text(&value), "Demo");
        let empty = label("", 1_033, false, "x");
        assert_eq!(empty, json!({"LocalizedLabels": [], "UserLocalizedLabel": null}));
    }

    #[test]
    fn refuses_a_language_that_is_not_installed_unless_told_to_keep_it() {
        let mut settings = Settings::default();
        let german = json!({"LocalizedLabels": [{"Label": "Konto", "LanguageCode": 1_031}]});
        let read = |value: &Value, settings: &Settings| read(Some(value), settings);
        assert_eq!(read(&german, &settings).unwrap_err().code, "0x80044195");
        let english = json!({"LocalizedLabels": [{"Label": "Account", "LanguageCode": 1_033}]});
        assert_eq!(read(&english, &settings).unwrap(), [("Account".to_owned(), 1_033)]);
        settings.other_languages = vec![1_031];
        assert_eq!(read(&german, &settings).unwrap(), [("Konto".to_owned(), 1_031)]);
        let german_only = Settings { base_language: 1_031, ..Settings::default() };
        assert!(read(&german, &german_only).is_ok());
        assert!(read(&english, &german_only).is_err());
        let uninstalled_labels = UninstalledLabels::Kept;
        let lax = Settings { uninstalled_labels, ..Settings::default() };
        let kept = read(&german, &lax).unwrap();
        assert_eq!(labels(&kept, 1_033, false, "x")["UserLocalizedLabel"], Value::Null);
    }

    #[test]
    fn user_labels_can_be_removed_everywhere() {
        let mut value = json!({"a": [{"Label": label("x", 1, true, "k")}]});
        forget_user_labels(&mut value);
        assert_eq!(value["a"][0]["Label"]["UserLocalizedLabel"], Value::Null);
        assert_eq!(value["a"][0]["Label"]["LocalizedLabels"][0]["Label"], "x");
    }
}
