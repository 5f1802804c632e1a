//! What docs/embedding.md prints of Rust is the example that is built here.

#[test]
fn prints_the_example_as_it_is() {
    let page = include_str!("../../../docs/embedding.md");
    let example = include_str!("../../examples/embed.rs");
    assert!(page.contains(example.trim()), "docs/embedding.md and examples/embed.rs differ");
}

#[path = "../../examples/embed.rs"]
mod embed;

#[test]
fn runs_the_example() -> Result<(), Box<dyn std::error::Error>> {
    embed::main()
}
