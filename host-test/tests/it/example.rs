//! What the README prints of Rust is the example that is built here.

#[test]
fn prints_the_example_as_it_is() {
    let readme = include_str!("../../../README.md");
    let example = include_str!("../../examples/embed.rs");
    assert!(readme.contains(example.trim()), "README.md and examples/embed.rs differ");
}

#[path = "../../examples/embed.rs"]
mod embed;

#[test]
fn runs_the_example() -> Result<(), Box<dyn std::error::Error>> {
    embed::main()
}
