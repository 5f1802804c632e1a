//! The allocator; what else a `no_std` component must bring along is in `adapter_runtime`, as for the adapters.

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

extern crate adapter_runtime as _;

#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();
