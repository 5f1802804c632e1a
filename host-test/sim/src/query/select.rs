//! `$select`: the columns of a row to show.

use crate::problem::Problem;
use crate::schema::{ColumnType, Table};

/// A parsed `$select`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Select {
    /// The columns as the caller named them, for the context URL; empty for all.
    pub(crate) named: Vec<String>,
    /// The columns to show, with the implied ones at the end; empty for all.
    pub(crate) shown: Vec<String>,
}

impl Select {
    /// Reads `$select`. `*` means all columns, and so does no `$select`.
    pub(crate) fn read(text: Option<&str>, table: &Table) -> Result<Self, Problem> {
        let mut select = Select::default();
        let Some(text) = text.map(str::trim).filter(|text| *text != "*") else { return Ok(select) };
        for name in text.split(',').map(str::trim) {
            // A navigation property cannot be selected
            // (https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/select-columns);
            // the text is inferred.
            if !table.columns.contains_key(name) {
                return Err(Problem::no_such_property(name, &table.logical_name));
            }
            if !select.named.iter().any(|known| known == name) {
                select.named.push(name.to_owned());
            }
        }
        select.shown.clone_from(&select.named);
        for name in &select.named {
            for companion in companions(name, table) {
                show(&mut select.shown, table, &companion);
            }
        }
        // The primary key is always included. So is `ownerid`, the real key of a system user.
        show(&mut select.shown, table, &table.primary_id);
        if table.logical_name == "systemuser" {
            show(&mut select.shown, table, "ownerid");
        }
        Ok(select)
    }

    /// `(name,revenue)` for the context URL, or nothing for all columns.
    pub(crate) fn context(&self) -> Option<String> {
        (!self.named.is_empty()).then(|| self.named.join(","))
    }
}

/// The column that a selected column implies: an amount's currency, an address part's composite.
fn companions(name: &str, table: &Table) -> Vec<String> {
    let money = table.columns.get(name).is_some_and(|column| column.kind == ColumnType::Money);
    let mut found = Vec::new();
    if money {
        found.push("_transactioncurrencyid_value".to_owned());
    }
    if let Some((start, part)) = name.split_once('_') {
        const PARTS: [&str; 7] =
            ["line1", "line2", "line3", "city", "stateorprovince", "postalcode", "country"];
        if start.starts_with("address") && PARTS.contains(&part) {
            found.push(format!("{start}_composite"));
        }
    }
    found
}

fn show(shown: &mut Vec<String>, table: &Table, name: &str) {
    if table.columns.contains_key(name) && !shown.iter().any(|known| known == name) {
        shown.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;

    #[test]
    fn the_key_the_currency_and_the_composite_come_along() {
        let schema = Schema::stock();
        let account = &schema.tables["account"];
        let select = Select::read(Some("name, revenue,address1_city"), account).unwrap();
        assert_eq!(select.context().unwrap(), "name,revenue,address1_city");
        assert_eq!(
            select.shown.join(" "),
            "name revenue address1_city _transactioncurrencyid_value address1_composite accountid"
        );
        let user = Select::read(Some("fullname"), &schema.tables["systemuser"]).unwrap();
        assert_eq!(user.shown.join(" "), "fullname systemuserid ownerid");
    }

    #[test]
    fn refuses_an_unknown_column_and_a_navigation_property() {
        let schema = Schema::stock();
        for name in ["foo", "primarycontactid", "Name", ""] {
            let refusal = Select::read(Some(name), &schema.tables["account"]).unwrap_err();
            assert_eq!(refusal.code, "0x80060888");
            let text = format!(
                "Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.account'."
            );
            assert_eq!(refusal.message, text);
        }
    }
}
