use insta::assert_snapshot;
use serde_json::json;

use super::*;

const IDS: [&str; 2] =
    ["7c1e4d0a-93b2-4f5e-8d6c-0a1b2c3d4e5f", "8c1e4d0a-93b2-4f5e-8d6c-0a1b2c3d4e5f"];

fn accounts() -> Value {
    json!({"success": true, "error": null, "accounts": [
        {"@odata.etag": "W/1", "name": "Contoso Coffee Machines and Spare Parts Ltd", "accountid": IDS[0], "_ownerid_value": IDS[1],
         "telephone1": "425-555-0100", "emailaddress1": "info@contoso.example", "address1_city": "Redmond",
         "address1_composite": "1 Main St\r\nRedmond, WA 98052\r\n\r\nUSA", "fax": null},
        {"@odata.etag": "W/1", "name": null, "accountid": IDS[1], "_ownerid_value": IDS[1],
         "telephone1": null, "emailaddress1": null, "address1_city": null, "address1_composite": null, "fax": null},
    ]})
}

fn seen(answer: &Value, told: &[&str], width: u16) -> String {
    let told: Vec<String> = told.iter().map(|name| (*name).to_owned()).collect();
    let told: Vec<&String> = told.iter().collect();
    let told = if told.is_empty() { None } else { Some(told.as_slice()) };
    let shown = shown(answer, told, Some(width));
    let remarks = shown.remarks.join("\n").replace(['\u{fdd0}', '\u{fdd4}'], "");
    format!("{}\n{remarks}", shown.answer.join("\n"))
}

#[test]
fn at_80_columns_ids_are_whole_and_other_columns_are_named() {
    assert_snapshot!(seen(&accounts(), &[], 80), @r"
    ┌──────────────────────────────────────┬──────────────────┬────────────────────┐
    │ accountid                            ┆ name             ┆ emailaddress1      │
    ╞══════════════════════════════════════╪══════════════════╪════════════════════╡
    │ 7c1e4d0a-93b2-4f5e-8d6c-0a1b2c3d4e5f ┆ Contoso Coffee   ┆ info@contoso.examp │
    │                                      ┆ Machines and     ┆ le                 │
    │                                      ┆ Spare Parts Ltd  ┆                    │
    │ 8c1e4d0a-93b2-4f5e-8d6c-0a1b2c3d4e5f ┆                  ┆                    │
    └──────────────────────────────────────┴──────────────────┴────────────────────┘
    too narrow for: telephone1, address1_city, address1_composite
    1 more column(s): --json and --csv have all, --columns NAMES selects
    ");
}

#[test]
fn at_200_columns_all_informative_columns_fit() {
    assert_snapshot!(seen(&accounts(), &[], 200), @r"
    ┌──────────────────────────────────────┬─────────────────────────────────────────────┬──────────────────────┬──────────────┬───────────────┬───────────────────────────────────┐
    │ accountid                            ┆ name                                        ┆ emailaddress1        ┆ telephone1   ┆ address1_city ┆ address1_composite                │
    ╞══════════════════════════════════════╪═════════════════════════════════════════════╪══════════════════════╪══════════════╪═══════════════╪═══════════════════════════════════╡
    │ 7c1e4d0a-93b2-4f5e-8d6c-0a1b2c3d4e5f ┆ Contoso Coffee Machines and Spare Parts Ltd ┆ info@contoso.example ┆ 425-555-0100 ┆ Redmond       ┆ 1 Main St, Redmond, WA 98052, USA │
    │ 8c1e4d0a-93b2-4f5e-8d6c-0a1b2c3d4e5f ┆                                             ┆                      ┆              ┆               ┆                                   │
    └──────────────────────────────────────┴─────────────────────────────────────────────┴──────────────────────┴──────────────┴───────────────┴───────────────────────────────────┘
    1 more column(s): --json and --csv have all, --columns NAMES selects
    ");
}

#[test]
fn requested_columns_are_dropped_too() {
    let told = ["name", "telephone1", "accountid", "emailaddress1", "fax"];
    assert_snapshot!(seen(&accounts(), &told, 80), @r"
    ┌────────────────────┬──────────────┬──────────────────────────────────────┐
    │ name               ┆ telephone1   ┆ accountid                            │
    ╞════════════════════╪══════════════╪══════════════════════════════════════╡
    │ Contoso Coffee     ┆ 425-555-0100 ┆ 7c1e4d0a-93b2-4f5e-8d6c-0a1b2c3d4e5f │
    │ Machines and Spare ┆              ┆                                      │
    │ Parts Ltd          ┆              ┆                                      │
    │                    ┆              ┆ 8c1e4d0a-93b2-4f5e-8d6c-0a1b2c3d4e5f │
    └────────────────────┴──────────────┴──────────────────────────────────────┘
    the column `fax` is empty in every row
    too narrow for: emailaddress1, fax
    ");
}

#[test]
fn a_single_row_is_lines_with_its_id_first() {
    let answer = json!({"success": true, "account": accounts()["accounts"][0]});
    assert_snapshot!(seen(&answer, &[], 80), @r"
    ┌────────────────────┬──────────────────────────────────────┐
    │ accountid          ┆ 7c1e4d0a-93b2-4f5e-8d6c-0a1b2c3d4e5f │
    │ name               ┆ Contoso Coffee Machines and Spare    │
    │                    ┆ Parts Ltd                            │
    │ _ownerid_value     ┆ 8c1e4d0a-93b2-4f5e-8d6c-0a1b2c3d4e5f │
    │ telephone1         ┆ 425-555-0100                         │
    │ emailaddress1      ┆ info@contoso.example                 │
    │ address1_city      ┆ Redmond                              │
    │ address1_composite ┆ 1 Main St, Redmond, WA 98052, USA    │
    └────────────────────┴──────────────────────────────────────┘
    ");
}

#[test]
fn ids_stay_whole_at_any_width() {
    for width in [10, 20, 39, 40, 41, 79, 80] {
        let text = seen(&accounts(), &[], width);
        assert!(IDS.iter().all(|id| text.contains(id)), "{width}: {text}");
    }
}

#[test]
fn a_value_cannot_control_the_terminal() {
    let answer = json!({"accounts": [{"name": "Evil\u{1b}[2J\u{202e}\nCorp", "na\u{1b}me": 1}]});
    let text = seen(&answer, &["name", "na\u{1b}me"], 80);
    assert!(text.contains("Evil\u{fffd}[2J\u{fffd} Corp"), "{text}");
}
