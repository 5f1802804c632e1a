//! The kinds of columns for a new table, and what each needs besides a name
//! ([types](https://learn.microsoft.com/power-apps/developer/data-platform/entity-attribute-metadata)).

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::labels::Language;
use super::members::Members;
use crate::json::quoted;
use crate::text::{bounded, filled, split};

/// A kind of column.
pub(super) struct Kind {
    // Its own name, from which `@odata.type` and `AttributeTypeName` are derived.
    name: &'static str,
    // Other names, separated by spaces, in lower case and with only letters and digits.
    aliases: &'static str,
    // Types newer than the list of `AttributeType` are all `Virtual` there.
    is_virtual: bool,
    // Defaults of members that Dataverse needs or people expect.
    defaults: &'static [(&'static str, &'static str)],
    // Members of the short form, and their Dataverse names.
    short: &'static [(&'static str, &'static str)],
}

const LENGTH: (&str, &str) = ("max_length", "MaxLength");
const RANGE: [(&str, &str); 4] = [
    ("min", "MinValue"),
    ("max", "MaxValue"),
    ("min_value", "MinValue"),
    ("max_value", "MaxValue"),
];
const PRECISE: [(&str, &str); 5] =
    [RANGE[0], RANGE[1], RANGE[2], RANGE[3], ("precision", "Precision")];

/// A single-line text; also the kind of the primary column.
pub(super) static STRING: Kind = Kind {
    name: "String",
    aliases: "text singlelineoftext varchar nvarchar",
    is_virtual: false,
    defaults: &[("FormatName", "{\"Value\":\"Text\"}"), ("MaxLength", "100")],
    short: &[LENGTH, ("format", "FormatName")],
};

static KINDS: [Kind; 13] = [
    Kind {
        name: "Memo",
        aliases: "multiline multilinetext multiplelinesoftext textarea longtext",
        is_virtual: false,
        defaults: &[("Format", "\"TextArea\""), ("MaxLength", "2000")],
        short: &[LENGTH],
    },
    Kind {
        name: "Integer",
        aliases: "int int32 number wholenumber whole",
        is_virtual: false,
        defaults: &[
            ("Format", "\"None\""),
            ("MaxValue", "2147483647"),
            ("MinValue", "-2147483648"),
        ],
        short: &[RANGE[0], RANGE[1], RANGE[2], RANGE[3], ("format", "Format")],
    },
    Kind { name: "BigInt", aliases: "long int64", is_virtual: false, defaults: &[], short: &[] },
    Kind {
        name: "Decimal",
        aliases: "decimalnumber numeric",
        is_virtual: false,
        defaults: &[
            ("MaxValue", "100000000000"),
            ("MinValue", "-100000000000"),
            ("Precision", "2"),
        ],
        short: &PRECISE,
    },
    Kind {
        name: "Double",
        aliases: "float floatingpointnumber",
        is_virtual: false,
        defaults: &[
            ("MaxValue", "100000000000"),
            ("MinValue", "-100000000000"),
            ("Precision", "2"),
        ],
        short: &PRECISE,
    },
    Kind {
        name: "Money",
        aliases: "currency",
        is_virtual: false,
        // The precision of the currency.
        defaults: &[
            ("MaxValue", "922337203685477"),
            ("MinValue", "-922337203685477"),
            ("PrecisionSource", "2"),
        ],
        short: &PRECISE,
    },
    Kind {
        name: "Boolean",
        aliases: "bool twooptions yesno",
        is_virtual: false,
        defaults: &[("DefaultValue", "false")],
        short: &[("default", "DefaultValue"), ("default_value", "DefaultValue")],
    },
    Kind {
        name: "DateTime",
        aliases: "datetimeoffset timestamp dateandtime",
        is_virtual: false,
        defaults: &[
            ("DateTimeBehavior", "{\"Value\":\"UserLocal\"}"),
            ("Format", "\"DateAndTime\""),
        ],
        short: &[("format", "Format"), ("behavior", "DateTimeBehavior")],
    },
    Kind {
        // Not a separate type: `complete` makes it a `DateTime`.
        name: "Date",
        aliases: "dateonly",
        is_virtual: false,
        defaults: &[("DateTimeBehavior", "{\"Value\":\"DateOnly\"}"), ("Format", "\"DateOnly\"")],
        short: &[("behavior", "DateTimeBehavior")],
    },
    Kind {
        name: "Picklist",
        aliases: "choice optionset select enum",
        is_virtual: false,
        defaults: &[],
        short: &[("default", "DefaultFormValue"), ("default_value", "DefaultFormValue")],
    },
    Kind {
        name: "MultiSelectPicklist",
        aliases: "choices multichoice multiselect multiselectoptionset",
        is_virtual: true,
        defaults: &[],
        short: &[],
    },
    Kind {
        name: "Image",
        aliases: "image",
        is_virtual: true,
        defaults: &[],
        short: &[("max_size_kb", "MaxSizeInKB")],
    },
    Kind {
        name: "File",
        aliases: "attachment",
        is_virtual: true,
        defaults: &[("MaxSizeInKB", "32768")],
        short: &[("max_size_kb", "MaxSizeInKB")],
    },
];

/// Members of the short form common to all kinds; `Column` reads the names.
const COMMON: [&str; 7] =
    ["name", "display_name", "label", "schema_name", "type", "description", "required"];

/// The kind with this name, in any spelling.
pub(super) fn find(name: &str) -> Result<&'static Kind, String> {
    let mut plain = String::new();
    for c in name.chars().filter(char::is_ascii_alphanumeric) {
        plain.push(c.to_ascii_lowercase());
    }
    if let Some(kind) = core::iter::once(&STRING).chain(&KINDS).find(|kind| {
        kind.name.eq_ignore_ascii_case(&plain)
            || split(kind.aliases, " ").any(|alias| alias == plain)
    }) {
        return Ok(kind);
    }
    let name = bounded(name, 60);
    Err(match plain.as_str() {
        "lookup" | "customer" | "owner" | "partylist" => filled!(
            "is of the type `{}`, which is a relationship to another table and cannot be made together with the table",
            &[&name],
        ),
        _ => filled!(
            "has the type `{}`, which is none that a column can be made with (expected string, memo, integer, bigint, \
             decimal, double, money, boolean, datetime, date, choice, multichoice, image or file)",
            &[&name],
        ),
    })
}

impl Kind {
    /// Whether rows have one or several options from a list.
    pub(super) fn is_choice(&self) -> bool {
        matches!(self.name, "Picklist" | "MultiSelectPicklist")
    }

    /// Whether rows have yes or no.
    pub(super) fn is_boolean(&self) -> bool {
        self.name == "Boolean"
    }

    /// Turns the members of the short form into Dataverse's own; the names and `options` are read
    /// elsewhere.
    pub(super) fn take_short(
        &self,
        short: &Members,
        members: &mut Members,
        language: Language,
    ) -> Result<(), String> {
        for (name, json) in short.iter() {
            let has_options = self.is_choice() || self.is_boolean();
            if COMMON.contains(&name) || (name == "options" && has_options) {
                continue;
            }
            let Some((_, own)) = self.short.iter().find(|(key, _)| *key == name) else {
                return Err(filled!(
                    "has a member `{}`, which a column of the type `{}` does not have",
                    &[&bounded(name, 60), self.name],
                ));
            };
            let wrapped =
                matches!(*own, "FormatName" | "DateTimeBehavior") && json.starts_with('"');
            let value = if wrapped { filled!(r#"{"Value":{}}"#, &[json]) } else { json.to_owned() };
            members.fill(own, value);
        }
        if short.get("description").is_some() {
            let text =
                short.text("description").ok_or("has a `description` that is not a string")?;
            members.fill("Description", language.label(&text));
        }
        if let Some(json) = short.get("required") {
            let level = match (json, short.text("required")) {
                ("true", _) => "ApplicationRequired".to_owned(),
                ("false", _) => "None".to_owned(),
                (_, Some(level)) => level,
                _ => return Err("has a `required` that is neither true nor false".into()),
            };
            members.fill("RequiredLevel", required_level(&level));
        }
        Ok(())
    }

    /// Adds the missing members that Dataverse needs.
    pub(super) fn complete(&self, members: &mut Members) {
        let name = if self.name == "Date" { "DateTime" } else { self.name };
        let mut default = |key: &str, value| members.fill(key, value);
        default("@odata.type", filled!("\"Microsoft.Dynamics.CRM.{}AttributeMetadata\"", &[name]));
        default("AttributeType", quoted(if self.is_virtual { "Virtual" } else { name }));
        default("AttributeTypeName", filled!(r#"{"Value":"{}Type"}"#, &[name]));
        default("RequiredLevel", required_level("None"));
        for (key, value) in self.defaults {
            default(key, (*value).to_owned());
        }
    }
}

fn required_level(level: &str) -> String {
    filled!(
        r#"{"Value":{},"CanBeChanged":true,"ManagedPropertyLogicalName":"canmodifyrequirementlevelsettings"}"#,
        &[&quoted(level)],
    )
}
