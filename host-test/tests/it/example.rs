//! The Rust code in docs/embedding.md is the example built here.

#[test]
fn the_page_prints_the_example_unchanged() {
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
