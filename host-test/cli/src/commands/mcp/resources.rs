//! The tables of the tools, with the names and types of their columns, for writing filters.
//!
//! The lists come from Microsoft's metadata of the standard tables, not from the organization: the
//! component has no action that reads its metadata. An organization's own columns appear in the
//! rows.

use rmcp::model::{Resource, ResourceContents};

/// A table and its columns.
const TABLES: [(&str, &str); 3] = [
    ("account", include_str!("tables/account.txt")),
    ("appointment", include_str!("tables/appointment.txt")),
    ("contact", include_str!("tables/contact.txt")),
];

/// The result of `resources/list`.
pub(super) fn list() -> Vec<Resource> {
    let resource = |(table, columns): &(&str, &str)| {
        Resource::new(uri(table), format!("columns of {table}"))
            .with_title(format!("Columns of the table {table}"))
            .with_description(format!(
                "Logical names and types of the standard columns of `{table}`, for a `filter`"
            ))
            .with_mime_type("text/plain")
            .with_size(columns.len() as u64)
    };
    TABLES.iter().map(resource).collect()
}

/// The result of `resources/read`.
pub(super) fn read(wanted: &str) -> Option<ResourceContents> {
    let (_, columns) = TABLES.iter().find(|(table, _)| uri(table) == wanted)?;
    Some(ResourceContents::text(*columns, wanted))
}

/// The URIs of all tables.
pub(super) fn uris() -> String {
    TABLES.map(|(table, _)| uri(table)).join(", ")
}

fn uri(table: &str) -> String {
    format!("dataverse://tables/{table}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_names_its_id_and_the_columns_of_the_tools() {
        for (table, column) in
            [("account", "accountid"), ("appointment", "scheduledstart"), ("contact", "fullname")]
        {
            let (_, columns) = TABLES.iter().find(|(name, _)| *name == table).unwrap();
            assert!(columns.contains(column), "{table}");
        }
        assert_eq!(list().len(), 3);
        assert!(read("dataverse://tables/lead").is_none());
    }
}
