//! The kinds of columns in `EntityDefinitions`.

use crate::schema::ColumnType;

/// One kind of column: its three names, and the members specific to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// `Picklist` of `Microsoft.Dynamics.CRM.PicklistAttributeMetadata`; none where the wire has no
    /// `@odata.type` (keys and virtual columns are plain `AttributeMetadata` (live)).
    pub(crate) cast: Option<&'static str>,
    /// `AttributeType`: `Picklist`; a multi-choice is `Virtual` here.
    pub(crate) code: &'static str,
    /// `AttributeTypeName.Value`: `PicklistType`.
    pub(crate) name: &'static str,
    /// The kind's own members in JSON, with their defaults.
    pub(crate) own: &'static str,
}

const TEXT: &str = r#"{"Format":"Text","ImeMode":"Auto","MaxLength":100,"YomiOf":null,"IsLocalizable":false,"DatabaseLength":200,"FormulaDefinition":"","SourceTypeMask":0,"FormatName":{"Value":"Text"}}"#;
const MEMO: &str = r#"{"Format":"TextArea","ImeMode":"Auto","MaxLength":2000,"IsLocalizable":false,"FormatName":{"Value":"TextArea"}}"#;
const INTEGER: &str = r#"{"Format":"None","MaxValue":2147483647,"MinValue":-2147483648,"FormulaDefinition":"","SourceTypeMask":0}"#;
const BIG: &str = r#"{"MaxValue":9223372036854775807,"MinValue":-9223372036854775808}"#;
const DECIMAL: &str = r#"{"MaxValue":100000000000.0,"MinValue":-100000000000.0,"Precision":2,"ImeMode":"Auto","FormulaDefinition":"","SourceTypeMask":0}"#;
const DOUBLE: &str =
    r#"{"MaxValue":1000000000.0,"MinValue":0.0,"Precision":2,"ImeMode":"Disabled"}"#;
const MONEY: &str = r#"{"MaxValue":922337203685477.0,"MinValue":-922337203685477.0,"Precision":2,"PrecisionSource":2,"ImeMode":"Auto","CalculationOf":null,"IsBaseCurrency":false,"FormulaDefinition":"","SourceTypeMask":0}"#;
const BOOLEAN: &str = r#"{"DefaultValue":false,"FormulaDefinition":"","SourceTypeMask":0}"#;
const DATE: &str = r#"{"Format":"DateAndTime","ImeMode":"Auto","SourceTypeMask":0,"FormulaDefinition":"","MinSupportedValue":"1753-01-01T00:00:00Z","MaxSupportedValue":"9999-12-30T23:59:59Z","DateTimeBehavior":{"Value":"UserLocal"},"CanChangeDateTimeBehavior":{"Value":false,"CanBeChanged":false,"ManagedPropertyLogicalName":"canchangedatetimebehavior"}}"#;
const CHOICE: &str = r#"{"DefaultFormValue":-1,"SourceTypeMask":0,"FormulaDefinition":"","ParentPicklistLogicalName":null,"ChildPicklistLogicalNames":[]}"#;
const STATE: &str =
    r#"{"DefaultFormValue":null,"ParentPicklistLogicalName":null,"ChildPicklistLogicalNames":[]}"#;
const LOOKUP: &str = r#"{"Format":"None","Targets":[]}"#;
const IMAGE: &str = r#"{"IsPrimaryImage":true,"MaxHeight":144,"MaxWidth":144,"MaxSizeInKB":10240,"CanStoreFullImage":false}"#;
const FILE: &str = r#"{"MaxSizeInKB":32768}"#;

const fn kind(
    cast: Option<&'static str>,
    code: &'static str,
    name: &'static str,
    own: &'static str,
) -> Kind {
    Kind { cast, code, name, own }
}

pub(crate) const STRING: &Kind = &kind(Some("String"), "String", "StringType", TEXT);
pub(crate) const LOOKUP_KIND: &Kind = &kind(Some("Lookup"), "Lookup", "LookupType", LOOKUP);
pub(crate) const CUSTOMER: &Kind = &kind(Some("Lookup"), "Customer", "CustomerType", LOOKUP);
pub(crate) const OWNER: &Kind = &kind(Some("Lookup"), "Owner", "OwnerType", LOOKUP);
pub(crate) const PARTY_LIST: &Kind = &kind(Some("Lookup"), "PartyList", "PartyListType", LOOKUP);
pub(crate) const ENTITY_NAME: &Kind = &kind(
    Some("EntityName"),
    "EntityName",
    "EntityNameType",
    "{\"IsEntityReferenceStored\":false}",
);
pub(crate) const UNIQUE_ID: &Kind = &kind(None, "Uniqueidentifier", "UniqueidentifierType", "{}");
pub(crate) const VIRTUAL: &Kind = &kind(None, "Virtual", "VirtualType", "{}");
const STATE_KIND: &Kind = &kind(Some("State"), "State", "StateType", STATE);
const STATUS_KIND: &Kind = &kind(Some("Status"), "Status", "StatusType", STATE);

/// The kinds that a request can create.
const MADE: [&Kind; 13] = [
    STRING,
    &kind(Some("Memo"), "Memo", "MemoType", MEMO),
    &kind(Some("Integer"), "Integer", "IntegerType", INTEGER),
    &kind(Some("BigInt"), "BigInt", "BigIntType", BIG),
    &kind(Some("Decimal"), "Decimal", "DecimalType", DECIMAL),
    &kind(Some("Double"), "Double", "DoubleType", DOUBLE),
    &kind(Some("Money"), "Money", "MoneyType", MONEY),
    &kind(Some("Boolean"), "Boolean", "BooleanType", BOOLEAN),
    &kind(Some("DateTime"), "DateTime", "DateTimeType", DATE),
    &kind(Some("Picklist"), "Picklist", "PicklistType", CHOICE),
    &kind(Some("MultiSelectPicklist"), "Virtual", "MultiSelectPicklistType", CHOICE),
    &kind(Some("Image"), "Virtual", "ImageType", IMAGE),
    &kind(Some("File"), "Virtual", "FileType", FILE),
];

/// The kind of this cast (`Picklist`), if a request can create it.
pub(crate) fn made(cast: &str) -> Option<&'static Kind> {
    MADE.into_iter().find(|kind| kind.cast == Some(cast))
}

/// Whether some kind has this cast.
pub(crate) fn is_cast(cast: &str) -> bool {
    made(cast).is_some() || matches!(cast, "Lookup" | "State" | "Status" | "EntityName")
}

/// The kind of a column of the schema.
pub(crate) fn of(name: &str, kind: &ColumnType) -> &'static Kind {
    let cast = match kind {
        ColumnType::Guid => return UNIQUE_ID,
        ColumnType::State => return STATE_KIND,
        ColumnType::Status => return STATUS_KIND,
        ColumnType::Lookup(targets) => return lookup(name, targets),
        ColumnType::Text => "String",
        ColumnType::Memo => "Memo",
        ColumnType::Integer => "Integer",
        ColumnType::Choice => "Picklist",
        ColumnType::BigInt => "BigInt",
        ColumnType::Boolean => "Boolean",
        ColumnType::Decimal => "Decimal",
        ColumnType::Money => "Money",
        ColumnType::Double => "Double",
        ColumnType::Date | ColumnType::DateTime => "DateTime",
        ColumnType::Binary => "Image",
        ColumnType::MultiChoice => "MultiSelectPicklist",
    };
    made(cast).unwrap_or(VIRTUAL)
}

fn lookup(name: &str, targets: &[String]) -> &'static Kind {
    let is = |target: &str| targets.iter().any(|known| known == target);
    if name == "_ownerid_value" {
        OWNER
    } else if targets.len() == 2 && is("account") && is("contact") {
        CUSTOMER
    } else {
        LOOKUP_KIND
    }
}

impl Kind {
    /// `#Microsoft.Dynamics.CRM.PicklistAttributeMetadata`, with its leading `#`.
    pub(crate) fn odata_type(&self) -> Option<String> {
        self.cast.map(|cast| format!("#Microsoft.Dynamics.CRM.{cast}AttributeMetadata"))
    }

    /// Whether it has options, its own or those of a global choice.
    pub(crate) fn has_options(&self) -> bool {
        matches!(
            self.cast,
            Some("Picklist" | "MultiSelectPicklist" | "State" | "Status" | "Boolean")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_own_members_of_every_kind_are_json_objects() {
        for kind in MADE.into_iter().chain([LOOKUP_KIND, ENTITY_NAME, STATE_KIND, STATUS_KIND]) {
            assert!(serde_json::from_str::<Value>(kind.own).unwrap().is_object(), "{}", kind.name);
        }
    }

    #[test]
    fn a_multi_choice_is_virtual_only_by_its_code() {
        let kind = of("new_colours", &ColumnType::MultiChoice);
        assert_eq!((kind.code, kind.name), ("Virtual", "MultiSelectPicklistType"));
        assert_eq!(
            kind.odata_type().unwrap(),
            "#Microsoft.Dynamics.CRM.MultiSelectPicklistAttributeMetadata"
        );
    }

    #[test]
    fn a_lookup_of_accounts_and_contacts_is_a_customer() {
        let targets = ["account", "contact"].map(str::to_owned).to_vec();
        let kind = of("_parentcustomerid_value", &ColumnType::Lookup(targets));
        assert_eq!(kind.code, "Customer");
        let owner = of("_ownerid_value", &ColumnType::Lookup(vec!["systemuser".to_owned()]));
        assert_eq!(owner.code, "Owner");
    }
}
