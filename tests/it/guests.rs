//! Misbehaving components: generated from the contract, with bodies of one instruction.

use std::path::Path;

use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve};

/// Every function traps.
pub(crate) fn that_traps() -> Vec<u8> {
    with_bodies("unreachable")
}

/// Every function computes forever.
pub(crate) fn that_never_ends() -> Vec<u8> {
    with_bodies("(loop (br 0)) unreachable")
}

/// Every function allocates all memory, then traps.
pub(crate) fn that_allocates_all_memory() -> Vec<u8> {
    with_bodies("(drop (memory.grow (i32.const 30000))) unreachable")
}

fn with_bodies(body: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("wit");
    let (package, _) = resolve.push_dir(wit).unwrap();
    let world = resolve.select_world(&[package], Some("connector")).unwrap();
    let module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    let text = wasmprinter::print_bytes(module).unwrap().replace("unreachable", body);
    let mut module = wat::parse_str(text).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}
