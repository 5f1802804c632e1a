//! `cargo fuzz run parsing`: see `fuzz/run`.
#![no_main]

use fuzz::parsing::agrees_with_other_readers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| agrees_with_other_readers(data));
