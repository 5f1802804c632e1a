//! The component stays small: on disk, and in the memory of a new instance.

use host_test::COMPONENT;

/// In bytes: cargo's own output, with function names. (`compose` and `package` write a stripped
/// file with its own limit.)
const MOST_BYTES: usize = 176 * 1024;

/// In bytes of linear memory.
const MOST_IDLE_MEMORY: usize = 192 * 1024;

#[test]
fn is_no_larger_than_promised() {
    assert!(COMPONENT.len() <= MOST_BYTES, "{} bytes", COMPONENT.len());
}

#[test]
fn starts_with_little_memory() {
    let text = wasmprinter::print_bytes(COMPONENT).unwrap();
    let pages: Vec<usize> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("(memory (;0;) ")?.strip_suffix(')'))
        .map(|pages| pages.parse().unwrap())
        .collect();
    assert_eq!(pages.len(), 1, "{pages:?}");
    let bytes = pages[0] * 65_536;
    assert!(bytes <= MOST_IDLE_MEMORY, "{bytes} bytes");
}
