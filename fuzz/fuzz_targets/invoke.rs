//! `cargo fuzz run invoke`: see `fuzz/run`.
#![no_main]

use fuzz::invoke::answers_any_input;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| answers_any_input(data));
