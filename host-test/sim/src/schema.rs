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
    /// Changes the maximum lengths of a table's text columns.
    pub(crate) fn set_lengths(&mut self, table: &str, lengths: &BTreeMap<&'static str, usize>) {
        let Some(table) = self.tables.get_mut(table).filter(|_| !lengths.is_empty()) else {
            return;
        };
        for (column, length) in lengths {
            if let Some(column) = table.columns.get_mut(*column) {
                column.max_length = Some(*length);
            }
        }
    }

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
    /// Columns by name; lookups are under their `_x_value` name.
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
    /// Its type.
    pub kind: ColumnType,
    /// Whether only the server sets it.
    pub read_only: bool,
    /// For text: the maximum length, in UTF-16 units.
    pub max_length: Option<usize>,
    /// For a number of a custom table: the minimum and maximum.
    pub range: Option<(Decimal, Decimal)>,
    /// For a choice: its options.
    pub choices: Vec<Choice>,
    /// For a status: the state of each option, as (status, state). The first status of a state is
    /// its default.
    pub states: Vec<(i64, i64)>,
    /// The server's default on create (for yes/no: 0 or 1).
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

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnType {
    /// `Edm.Guid`
    Guid,
    /// `Edm.String`
    Text,
    /// `Edm.String` with several lines
    Memo,
    /// `Edm.Int32`, a plain number
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
    /// `Edm.Decimal`, an amount in the row's currency
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
    /// The number in rows.
    pub value: i64,
    /// Its label, in the organization's base language.
    pub label: String,
}

/// A navigation property.
#[derive(Debug, Clone)]
pub struct Navigation {
    /// `primarycontactid`, `regardingobjectid_account_appointment`, `appointment_activity_parties`
    pub name: String,
    /// The logical name of the target table.
    pub target: String,
    /// Single-valued: this table's `_x_value` column that it sets. Collection-valued: the target's
    /// `_x_value` column that points back.
    pub column: String,
    /// Whether it is collection-valued.
    pub collection: bool,
}
