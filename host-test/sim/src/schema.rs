//! Tables and columns, stock and custom.

mod stock;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

/// Every table of the organization, by logical name.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Tables by logical name.
    pub tables: BTreeMap<String, Table>,
}

impl Schema {
    /// The lookups that can hold a row of this table, as (table, column).
    pub(crate) fn lookups_to<'a>(
        &'a self,
        table: &str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let holds = move |column: &Column| match &column.kind {
            ColumnType::Lookup(targets) => targets.iter().any(|target| target == table),
            _ => false,
        };
        self.tables.values().flat_map(move |owner| {
            let columns = owner.columns.values().filter(move |column| holds(column));
            columns.map(|column| (owner.logical_name.as_str(), column.name.as_str()))
        })
    }
}

/// One table (entity type).
#[derive(Debug, Clone)]
pub struct Table {
    /// `account`
    pub logical_name: String,
    /// `Account`, `new_BankAccount`
    pub schema_name: String,
    /// The entity set of the Web API: `accounts`.
    pub set_name: String,
    /// The primary key column: `accountid`.
    pub primary_id: String,
    /// The primary name column: `name`.
    pub primary_name: String,
    /// Columns by name, lookups under their `_x_value` name.
    pub columns: BTreeMap<String, Column>,
    /// Navigation properties by their case-sensitive name.
    pub navigation: BTreeMap<String, Navigation>,
    /// The supported operations: POST, PATCH, DELETE.
    pub operations: Vec<http::Method>,
}

/// One column (property) of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// The property name: `revenue`, `_primarycontactid_value`.
    pub name: String,
    /// What it holds.
    pub kind: ColumnType,
    /// Whether only the server sets it.
    pub read_only: bool,
    /// For text: the greatest length, in UTF-16 units.
    pub max_length: Option<usize>,
    /// For a number of a custom table: the least and the greatest value.
    pub range: Option<(Decimal, Decimal)>,
    /// For a choice: its options.
    pub choices: Vec<Choice>,
    /// For a status: the state of each option, as (status, state). The first status of a state is
    /// its default.
    pub states: Vec<(i64, i64)>,
    /// What the server fills in on create (for yes/no: 0 or 1).
    pub default: Option<i64>,
}

impl Column {
    /// A writable column without length, options or default.
    pub fn new(name: &str, kind: ColumnType) -> Self {
        Column {
            name: name.to_owned(),
            kind,
            read_only: false,
            max_length: None,
            range: None,
            choices: Vec::new(),
            states: Vec::new(),
            default: None,
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnType {
    /// `Edm.Guid`
    Guid,
    /// `Edm.String`
    Text,
    /// `Edm.String` of many lines
    Memo,
    /// `Edm.Int32` that is a plain number
    Integer,
    /// `Edm.Int32`, one of [`Column::choices`]
    Choice,
    /// `Edm.Int32`, the state of the row
    State,
    /// `Edm.Int32`, the reason of the state
    Status,
    /// `Edm.Int64`
    BigInt,
    /// `Edm.Boolean`
    Boolean,
    /// `Edm.Decimal`
    Decimal,
    /// `Edm.Decimal` that is an amount in the row's currency
    Money,
    /// `Edm.Double`
    Double,
    /// `Edm.Date`
    Date,
    /// `Edm.DateTimeOffset`
    DateTime,
    /// `Edm.Binary`
    Binary,
    /// `Edm.String` of comma-separated option values
    MultiChoice,
    /// `Edm.Guid` of a row in one of these tables (logical names)
    Lookup(Vec<String>),
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The number that rows hold.
    pub value: i64,
    /// Its label, in the organization's base language.
    pub label: String,
}

/// A navigation property.
#[derive(Debug, Clone)]
pub struct Navigation {
    /// `primarycontactid`, `regardingobjectid_account_appointment`, `appointment_activity_parties`
    pub name: String,
    /// Logical name of the table at the other end.
    pub target: String,
    /// Single-valued: the `_x_value` column of this table that it sets. Collection-valued: the
    /// `_x_value` column of the target that points back.
    pub column: String,
    /// Whether it leads to many rows.
    pub collection: bool,
}
