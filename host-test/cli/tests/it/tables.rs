//! Tables as terminals of two widths show them, whole: ids stand on one line, and what does not fit
//! is named.

use insta::assert_snapshot;

use crate::support::cli::{command, stderr, stdout};

/// What stands on stdout at this width, and below it what is said on stderr.
fn table(width: usize, arguments: &[&str]) -> String {
    let arguments = [&["call"], arguments, &["--simulator", "--table"]].concat();
    let output = command(&arguments).env("COLUMNS", width.to_string()).output().unwrap();
    let (table, said) = (stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(0), "{said}");
    let lines = table.lines().filter(|line| line.chars().count() > width);
    assert_eq!(lines.collect::<Vec<_>>(), [""; 0]);
    // Padding ends no line here.
    let table: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    format!("{table}---\n{said}")
}

const ACCOUNTS: [&str; 3] = ["list_accounts", "--records-per-page", "3"];
const APPOINTMENTS: [&str; 3] = ["list_appointments", "--records-per-page", "3"];
const CONTACTS: [&str; 3] = ["find_contact", "--name", "ann"];

#[test]
fn accounts_on_80_columns() {
    assert_snapshot!(table(80, &ACCOUNTS), @"
    ┌──────────────────────────────────────┬──────────────────┬────────────────────┐
    │ accountid                            ┆ name             ┆ emailaddress1      │
    ╞══════════════════════════════════════╪══════════════════╪════════════════════╡
    │ 02971280-611e-4081-a13c-f2eb2303d29c ┆ City Bank 00016  ┆ office00016@exampl │
    │                                      ┆                  ┆ e.com              │
    │ 0480c2cd-4063-4642-ae18-b4f1b78ad9d3 ┆ O'Brien & Sons   ┆ office00001@exampl │
    │                                      ┆                  ┆ e.com              │
    │ 0e500ff2-b983-4f83-b0c3-0be8a83ab913 ┆ Brackets [EU]    ┆ office00006@exampl │
    │                                      ┆ S.A.             ┆ e.com              │
    └──────────────────────────────────────┴──────────────────┴────────────────────┘
    ---
    organization: the built-in simulator, which starts afresh each time
    too narrow for: telephone1
    1 more column(s): --json and --csv have all, --columns NAMES selects
    ");
}

#[test]
fn accounts_on_200_columns() {
    assert_snapshot!(table(200, &ACCOUNTS), @"
    ┌──────────────────────────────────────┬────────────────────┬─────────────────────────┬──────────────┐
    │ accountid                            ┆ name               ┆ emailaddress1           ┆ telephone1   │
    ╞══════════════════════════════════════╪════════════════════╪═════════════════════════╪══════════════╡
    │ 02971280-611e-4081-a13c-f2eb2303d29c ┆ City Bank 00016    ┆ office00016@example.com ┆ 425-555-0016 │
    │ 0480c2cd-4063-4642-ae18-b4f1b78ad9d3 ┆ O'Brien & Sons     ┆ office00001@example.com ┆ 425-555-0001 │
    │ 0e500ff2-b983-4f83-b0c3-0be8a83ab913 ┆ Brackets [EU] S.A. ┆ office00006@example.com ┆ 425-555-0006 │
    └──────────────────────────────────────┴────────────────────┴─────────────────────────┴──────────────┘
    ---
    organization: the built-in simulator, which starts afresh each time
    1 more column(s): --json and --csv have all, --columns NAMES selects
    ");
}

#[test]
fn appointments_on_80_columns() {
    assert_snapshot!(table(80, &APPOINTMENTS), @"
    ┌──────────────────────────────────────┬──────────────────┬────────────────────┐
    │ activityid                           ┆ subject          ┆ scheduledstart     │
    ╞══════════════════════════════════════╪══════════════════╪════════════════════╡
    │ ae49d05e-b723-46d7-9ef7-56a6b29289e1 ┆ Renewal 100%     ┆ 2026-02-16T21:00:0 │
    │                                      ┆                  ┆ 0Z                 │
    │ a37c3815-8792-4535-91ea-820e1befac04 ┆ Lunch            ┆ 2026-02-16T20:00:0 │
    │                                      ┆ [tentative]      ┆ 0Z                 │
    │ 07f2ac85-8fa6-4967-a363-ffe89f29a386 ┆ O'Brien:         ┆ 2026-02-16T19:00:0 │
    │                                      ┆ contract         ┆ 0Z                 │
    └──────────────────────────────────────┴──────────────────┴────────────────────┘
    ---
    organization: the built-in simulator, which starts afresh each time
    too narrow for: scheduledend, location
    30 more column(s): --json and --csv have all, --columns NAMES selects
    ");
}

#[test]
fn appointments_on_200_columns() {
    assert_snapshot!(table(200, &APPOINTMENTS), @"
    ┌──────────────────────────────────────┬───────────────────┬──────────────────────┬──────────────────────┬─────────────────────────┐
    │ activityid                           ┆ subject           ┆ scheduledstart       ┆ scheduledend         ┆ location                │
    ╞══════════════════════════════════════╪═══════════════════╪══════════════════════╪══════════════════════╪═════════════════════════╡
    │ ae49d05e-b723-46d7-9ef7-56a6b29289e1 ┆ Renewal 100%      ┆ 2026-02-16T21:00:00Z ┆ 2026-02-16T21:30:00Z ┆ Microsoft Teams Meeting │
    │ a37c3815-8792-4535-91ea-820e1befac04 ┆ Lunch [tentative] ┆ 2026-02-16T20:00:00Z ┆ 2026-02-16T20:30:00Z ┆ Room 1                  │
    │ 07f2ac85-8fa6-4967-a363-ffe89f29a386 ┆ O'Brien: contract ┆ 2026-02-16T19:00:00Z ┆ 2026-02-16T19:30:00Z ┆ Microsoft Teams Meeting │
    └──────────────────────────────────────┴───────────────────┴──────────────────────┴──────────────────────┴─────────────────────────┘
    ---
    organization: the built-in simulator, which starts afresh each time
    30 more column(s): --json and --csv have all, --columns NAMES selects
    ");
}

#[test]
fn contacts_on_80_columns() {
    assert_snapshot!(table(80, &CONTACTS), @"
    ┌──────────────────────────────────────┬──────────────────┬────────────────────┐
    │ contactid                            ┆ fullname         ┆ jobtitle           │
    ╞══════════════════════════════════════╪══════════════════╪════════════════════╡
    │ 02bc0ce3-0919-4856-9387-e9dd44601d50 ┆ Susanna Anderson ┆ Purchasing         │
    │                                      ┆                  ┆ Assistant          │
    │ 316f13e5-0fef-4686-a3e5-259c31f4a204 ┆ Lars Konersmann  ┆ Owner              │
    │ 3cd0d95b-ce86-4b45-aa72-85e503dca51d ┆ Ann Silva        ┆ Head of Logistics  │
    │ 8f095c5a-be22-4621-8c79-ae0f39058eb1 ┆ Ann García       ┆ Purchasing         │
    │                                      ┆                  ┆ Assistant          │
    │ 98afebc9-8766-4f92-8461-5043be96d1a8 ┆ Susanna          ┆ IT Director        │
    │                                      ┆ Stubberod        ┆                    │
    │ bafb7511-5b1a-48c3-9cd3-efb81ddddecb ┆ Ann Baker        ┆ Purchasing Manager │
    └──────────────────────────────────────┴──────────────────┴────────────────────┘
    ---
    organization: the built-in simulator, which starts afresh each time
    too narrow for: emailaddress1, telephone1, address1_city, address1_composite
    58 more column(s): --json and --csv have all, --columns NAMES selects
    ");
}

#[test]
fn contacts_on_200_columns() {
    assert_snapshot!(table(200, &CONTACTS), @"
    ┌──────────────────────────────────────┬───────────────────┬──────────────────────┬─────────────────────────┬──────────────┬───────────────┬────────────────────────────────────────────────────────┐
    │ contactid                            ┆ fullname          ┆ jobtitle             ┆ emailaddress1           ┆ telephone1   ┆ address1_city ┆ address1_composite                                     │
    ╞══════════════════════════════════════╪═══════════════════╪══════════════════════╪═════════════════════════╪══════════════╪═══════════════╪════════════════════════════════════════════════════════╡
    │ 02bc0ce3-0919-4856-9387-e9dd44601d50 ┆ Susanna Anderson  ┆ Purchasing Assistant ┆ person00030@example.com ┆ 206-555-0030 ┆ São Paulo     ┆ 971 Rua das Flores, São Paulo, SP 01310-100, Brazil    │
    │ 316f13e5-0fef-4686-a3e5-259c31f4a204 ┆ Lars Konersmann   ┆ Owner                ┆ person00023@example.com ┆ 206-555-0023 ┆ Lyon          ┆ 292 Zeppelinstraße, Lyon, ARA 69001, France            │
    │ 3cd0d95b-ce86-4b45-aa72-85e503dca51d ┆ Ann Silva         ┆ Head of Logistics    ┆ person00025@example.com ┆ 206-555-0025 ┆ Toronto       ┆ 123 Zeppelinstraße, Toronto, ON M5H 2N2, Canada        │
    │ 8f095c5a-be22-4621-8c79-ae0f39058eb1 ┆ Ann García        ┆ Purchasing Assistant ┆ person00012@example.com ┆ 206-555-0012 ┆ Dublin        ┆ 446 Zeppelinstraße, Dublin, Leinster D02 X285, Ireland │
    │ 98afebc9-8766-4f92-8461-5043be96d1a8 ┆ Susanna Stubberod ┆ IT Director          ┆ person00000@example.com ┆ 206-555-0000 ┆ Phoenix       ┆ 537 Lyon Road, Phoenix, AZ 85003, United States        │
    │ bafb7511-5b1a-48c3-9cd3-efb81ddddecb ┆ Ann Baker         ┆ Purchasing Manager   ┆ person00002@example.com ┆ 206-555-0002 ┆ Toronto       ┆ 916 Lyon Road, Toronto, ON M5H 2N2, Canada             │
    └──────────────────────────────────────┴───────────────────┴──────────────────────┴─────────────────────────┴──────────────┴───────────────┴────────────────────────────────────────────────────────┘
    ---
    organization: the built-in simulator, which starts afresh each time
    58 more column(s): --json and --csv have all, --columns NAMES selects
    ");
}

#[test]
fn options_on_80_columns() {
    assert_snapshot!(table(80, &["list_solution_id_options"]), @"
    ┌──────────────────────────────────────┬───────────────────────────────────────┐
    │ value                                ┆ label                                 │
    ╞══════════════════════════════════════╪═══════════════════════════════════════╡
    │ 479d98da-d4a1-4d41-9c73-4ee31f3a4682 ┆ Common Data Services Default Solution │
    │ d03b6807-49f9-4134-81d6-f7c994627d8b ┆ Contoso Sales                         │
    │ 71d90ab9-0db0-4381-a6e7-565c6901282b ┆ Default Solution                      │
    └──────────────────────────────────────┴───────────────────────────────────────┘
    ---
    organization: the built-in simulator, which starts afresh each time
    ");
}

#[test]
fn one_account_on_80_columns() {
    let id = dataverse_sim::Seed::account(1).to_string();
    assert_snapshot!(table(80, &["get_account", "--account-id", &id]), @"
    ┌──────────────────────────────┬──────────────────────────────────────┐
    │ accountid                    ┆ 0480c2cd-4063-4642-ae18-b4f1b78ad9d3 │
    │ _createdby_value             ┆ d2afeb29-5569-40d5-91e7-8286970456d7 │
    │ _modifiedby_value            ┆ d2afeb29-5569-40d5-91e7-8286970456d7 │
    │ _ownerid_value               ┆ d2afeb29-5569-40d5-91e7-8286970456d7 │
    │ _owningbusinessunit_value    ┆ 0b9f1c6e-4cad-47c8-806e-d2a2ea636ee5 │
    │ _owninguser_value            ┆ d2afeb29-5569-40d5-91e7-8286970456d7 │
    │ _primarycontactid_value      ┆ 77f55c0a-2ec2-4d6f-ba52-1af795108c19 │
    │ _transactioncurrencyid_value ┆ 3f91586b-ef96-4352-9047-c5198472eede │
    │ accountclassificationcode    ┆ 1                                    │
    │ accountnumber                ┆ ACC000001                            │
    │ accountratingcode            ┆ 1                                    │
    │ address1_addressid           ┆ 883542ba-4135-4de9-bcd4-793af2015109 │
    │ address1_addresstypecode     ┆ 3                                    │
    │ address1_city                ┆ Toronto                              │
    │ address1_composite           ┆ 693 Kirkland Avenue, Toronto, ON M5H │
    │                              ┆ 2N2, Canada                          │
    │ address1_country             ┆ Canada                               │
    │ address1_line1               ┆ 693 Kirkland Avenue                  │
    │ address1_postalcode          ┆ M5H 2N2                              │
    │ address1_shippingmethodcode  ┆ 1                                    │
    │ address1_stateorprovince     ┆ ON                                   │
    │ address2_addressid           ┆ 9b055bd7-cb19-4653-b717-31635b3464db │
    │ address2_addresstypecode     ┆ 1                                    │
    │ address2_freighttermscode    ┆ 1                                    │
    │ address2_shippingmethodcode  ┆ 1                                    │
    │ businesstypecode             ┆ 1                                    │
    │ createdon                    ┆ 2026-02-01T07:59:00Z                 │
    │ creditonhold                 ┆ false                                │
    │ customersizecode             ┆ 1                                    │
    │ customertypecode             ┆ 3                                    │
    │ donotbulkemail               ┆ false                                │
    │ donotbulkpostalmail          ┆ false                                │
    │ donotemail                   ┆ false                                │
    │ donotfax                     ┆ false                                │
    │ donotphone                   ┆ false                                │
    │ donotpostalmail              ┆ false                                │
    │ donotsendmm                  ┆ false                                │
    │ emailaddress1                ┆ office00001@example.com              │
    │ exchangerate                 ┆ 1.0                                  │
    │ fax                          ┆ 425-556-0001                         │
    │ followemail                  ┆ true                                 │
    │ industrycode                 ┆ 10                                   │
    │ marketingonly                ┆ false                                │
    │ merged                       ┆ false                                │
    │ modifiedon                   ┆ 2026-02-01T07:59:30Z                 │
    │ name                         ┆ O'Brien & Sons                       │
    │ numberofemployees            ┆ 3264                                 │
    │ participatesinworkflow       ┆ false                                │
    │ preferredcontactmethodcode   ┆ 1                                    │
    │ revenue                      ┆ 37220000.0                           │
    │ revenue_base                 ┆ 37220000.0                           │
    │ shippingmethodcode           ┆ 1                                    │
    │ statecode                    ┆ 0                                    │
    │ statuscode                   ┆ 1                                    │
    │ telephone1                   ┆ 425-555-0001                         │
    │ territorycode                ┆ 1                                    │
    │ timezoneruleversionnumber    ┆ 4                                    │
    │ versionnumber                ┆ 1000025                              │
    │ websiteurl                   ┆ https://www.example.com/1            │
    └──────────────────────────────┴──────────────────────────────────────┘
    ---
    organization: the built-in simulator, which starts afresh each time
    ");
}
