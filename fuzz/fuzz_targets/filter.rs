//! `cargo fuzz run filter`: see `fuzz/run`.
#![no_main]

use fuzz::filter::changes_nothing_around_it;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| changes_nothing_around_it(data));
