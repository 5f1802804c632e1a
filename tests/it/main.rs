//! Scenarios: the built component, in wasmtime, against the simulator, in simulated time.
//!
//! A scenario names its world, acts once, and checks the output, the stored rows ([`Harness::sim`])
//! and the requests ([`Harness::journal`]); a refusal also asserts that no request was sent. Each
//! action has a file of its name, and so does each behaviour common to several actions.
//!
//! ```ignore
//! let host = Harness::new();
//! let answer = host.invoke("get_account", json!({"account_id": "x"}));
//! assert_eq!(answer["error"], "…");
//! assert_eq!(host.requests(), 0);
//! ```
//!
//! [`Harness::sim`]: host_test::Harness::sim
//! [`Harness::journal`]: host_test::Harness::journal
#![allow(clippy::unwrap_used, reason = "the lint exempts tests but not their shared functions")]

mod guests;
mod inputs;
mod support;

mod create_appointment;
mod create_custom_entity;
mod find_contact;
mod get_account;
mod list_accounts;
mod list_appointment_categories;
mod list_appointment_category_options;
mod list_appointments;
mod list_solution_id_options;
mod search_accounts;
mod update_appointment;

mod authentication;
mod bad_answers;
mod bounds;
mod clouds;
mod codes;
mod every_action;
mod every_setting;
mod fault_matrix;
mod filter_round_trip;
mod floors;
mod host_limits;
mod hostile_input;
mod idempotency;
mod imports;
mod json_against_serde;
mod links;
mod lost_answers;
mod paging;
mod prose;
mod requests_per_call;
mod run_by_name;
mod secrecy;
mod secrets_in_clothes;
mod size;
mod specification;
mod throttling;
mod typed_calls;
