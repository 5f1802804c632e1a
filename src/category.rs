//! The category of an appointment: its column, the column's type, its values, and how to write it.
//!
//! On a stock organization `category` is [free
//! text](https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/appointment),
//! while the specification has a number; organizations add their own choices.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::action::option;
use crate::call::Call;
use crate::contract::{AppointmentCategories, Category, CategoryType, CategoryValue, FailureKind};
use crate::dataverse::{Request, metadata};
use crate::error::Error;
use crate::json::{Object, quoted};
use crate::text::{bounded, decimal, filled};

/// The setting that names the column.
const SETTING: &str = "appointment_category_column";
/// The default column.
const DEFAULT_COLUMN: &str = "category";
/// The maximum number of listed values of a text column.
const VALUE_LIMIT: usize = 5_000;
/// The maximum number of rows read for them if the organization cannot group.
const SCAN_LIMIT: usize = 100_000;

/// The category's column.
pub(crate) struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Choice,
    MultiChoice,
    Number,
    Text,
}

impl Column {
    /// Reads the type of the column: one request.
    ///
    /// # Errors
    ///
    /// `fix-settings` if the setting is not a column, or a column that cannot hold a category.
    pub(crate) fn ask(call: &mut Call<'_>) -> Result<Column, Error> {
        let name = call.setting(SETTING)?.unwrap_or_else(|| DEFAULT_COLUMN.to_owned());
        let well_formed = name.len() <= 128
            && matches!(name.as_bytes(), [b'a'..=b'z', ..])
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !well_formed {
            return Err(Error::fix_settings(filled!(
                "`{}` is not a column: `{}` (expected a logical name such as new_type)",
                &[SETTING, &bounded(&name, 100)],
            )));
        }
        let answer = call.ask(&metadata::column("appointment", &name)).map_err(|mut failure| {
            if failure.kind == FailureKind::NotFound {
                failure.kind = FailureKind::FixSettings;
                failure.message = filled!(
                    "the table `appointment` has no column `{}`, in which to store the category; does `{}` \
                     name another one? ({})",
                    &[&name, SETTING, &failure.message],
                );
            }
            failure
        })?;
        let kind = match metadata::read_type(&answer)?.as_str() {
            "Picklist" => Kind::Choice,
            "MultiSelectPicklist" => Kind::MultiChoice,
            "Integer" | "BigInt" => Kind::Number,
            "String" | "Memo" => Kind::Text,
            other => {
                return Err(Error::fix_settings(filled!(
                    "the column `{}` of `appointment` cannot hold a category, since it is of the type `{}` \
                     (expected a choice or a text; `{}` names the column)",
                    &[&name, other, SETTING],
                )));
            }
        };
        Ok(Column { name, kind })
    }

    /// Writes a category in the column's own type: the number for a choice, its digits for text.
    pub(crate) fn write(&self, json: &mut Object<'_>, value: i32) {
        match self.kind {
            Kind::Choice | Kind::Number => json.integer(&self.name, value.into()),
            // A multi-choice has comma-separated numbers; a single one is its digits.
            Kind::Text | Kind::MultiChoice => json.text(&self.name, &decimal(value)),
        }
    }

    /// The logical name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// Every category that an appointment can have: two requests.
pub(crate) fn list(call: &mut Call<'_>) -> Result<AppointmentCategories, Error> {
    let column = Column::ask(call)?;
    let kind = match column.kind {
        Kind::Choice => "PicklistAttributeMetadata",
        Kind::MultiChoice => "MultiSelectPicklistAttributeMetadata",
        Kind::Number | Kind::Text => {
            let categories = distinct(call, &column.name)?;
            return Ok(AppointmentCategories { category_type: CategoryType::Text, categories });
        }
    };
    let answer = call.ask(&metadata::options("appointment", &column.name, kind)).map_err(
        |mut failure| {
            failure.message = filled!(
                "the options of the column `{}` of `appointment` cannot be read; {}",
                &[&column.name, &failure.message],
            );
            failure
        },
    )?;
    let mut categories = Vec::new();
    for option in metadata::read_options(&answer)? {
        let value = CategoryValue::Number(option.value);
        categories.push(Category { value, label: option.label });
    }
    Ok(AppointmentCategories { category_type: CategoryType::Picklist, categories })
}

/// The distinct values of existing appointments, in order.
fn distinct(call: &mut Call<'_>, column: &str) -> Result<Vec<Category>, Error> {
    let grouped =
        Request::get("appointments").option("$apply", &filled!("groupby(({}))", &[column]));
    let rows = match call.rows(grouped, VALUE_LIMIT) {
        // Dataverse groups at most 50,000 rows; beyond that, every value is read.
        Err(failure) if failure.kind == FailureKind::Refused => {
            let all = Request::get("appointments")
                .select(&[column])
                .option("$filter", &filled!("{} ne null", &[column]));
            call.rows(all, SCAN_LIMIT)?
        }
        rows => rows?,
    };
    let mut values: Vec<String> = Vec::new();
    for row in rows.json() {
        let Some(value) = row.member(column) else { continue };
        let value = value.string().unwrap_or_else(|| value.as_str().to_owned());
        // Inserted in order: distinct values are few, however many rows exist.
        if let Err(place) = values.binary_search(&value)
            && !value.is_empty()
        {
            values.insert(place, value);
            values.truncate(VALUE_LIMIT);
        }
    }
    let mut categories = Vec::new();
    for value in values {
        categories.push(Category { label: value.clone(), value: CategoryValue::Text(value) });
    }
    Ok(categories)
}

/// Appends categories as `{"value": …, "label": …}`.
pub(crate) fn push_all(out: &mut String, categories: &[Category]) {
    crate::json::push_array(out, categories, |out, category| {
        let value = match &category.value {
            CategoryValue::Number(number) => decimal(*number),
            CategoryValue::Text(text) => quoted(text),
        };
        out.push_str(&option(&value, &category.label));
    });
}
