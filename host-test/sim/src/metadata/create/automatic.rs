//! The columns that the server adds to every custom table.

use crate::schema::{Choice, Column, ColumnType, Navigation, Table};

/// Adds them to a new table.
pub(crate) fn add(table: &mut Table, user_owned: bool) {
    let mut put = |column: Column| table.columns.insert(column.name.clone(), column);
    put(Column::new(&table.primary_id.clone(), ColumnType::Guid));
    for name in ["createdon", "modifiedon"] {
        put(read_only(name, ColumnType::DateTime));
    }
    put(Column::new("overriddencreatedon", ColumnType::DateTime));
    put(read_only("versionnumber", ColumnType::BigInt));
    for name in ["importsequencenumber", "timezoneruleversionnumber", "utcconversiontimezonecode"] {
        put(Column::new(name, ColumnType::Integer));
    }
    put(state());
    put(status());
    for name in ["createdby", "modifiedby", "createdonbehalfby", "modifiedonbehalfby"] {
        lookup(table, name, &["systemuser"], "systemuser", true);
    }
    if user_owned {
        lookup(table, "ownerid", &["systemuser", "team"], "principal", false);
        lookup(table, "owningbusinessunit", &["businessunit"], "businessunit", true);
        lookup(table, "owningteam", &["team"], "team", true);
        lookup(table, "owninguser", &["systemuser"], "systemuser", true);
    } else {
        lookup(table, "organizationid", &["organization"], "organization", true);
    }
}

fn read_only(name: &str, kind: ColumnType) -> Column {
    let mut column = Column::new(name, kind);
    column.read_only = true;
    column
}

fn choices(labels: [(i64, &str); 2]) -> Vec<Choice> {
    labels.map(|(value, label)| Choice { value, label: label.to_owned() }).to_vec()
}

fn state() -> Column {
    let mut column = Column::new("statecode", ColumnType::State);
    column.choices = choices([(0, "Active"), (1, "Inactive")]);
    column.default = Some(0);
    column
}

fn status() -> Column {
    let mut column = Column::new("statuscode", ColumnType::Status);
    column.choices = choices([(1, "Active"), (2, "Inactive")]);
    column.states = vec![(1, 0), (2, 1)];
    column.default = Some(1);
    column
}

/// A lookup with its navigation property. The owner's leads to `principal`, as on stock tables.
pub(crate) fn lookup(
    table: &mut Table,
    name: &str,
    targets: &[&str],
    target: &str,
    read_only: bool,
) {
    let column_name = format!("_{name}_value");
    let targets = targets.iter().map(|target| (*target).to_owned()).collect();
    let mut column = Column::new(&column_name, ColumnType::Lookup(targets));
    column.read_only = read_only;
    table.columns.insert(column_name.clone(), column);
    let navigation = Navigation {
        name: name.to_owned(),
        target: target.to_owned(),
        column: column_name,
        collection: false,
    };
    table.navigation.insert(name.to_owned(), navigation);
}
