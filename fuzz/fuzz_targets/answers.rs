//! `cargo fuzz run answers`: see `fuzz/run`.
#![no_main]

use fuzz::answers::{Script, survives_any_answer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: Script| survives_any_answer(data));
