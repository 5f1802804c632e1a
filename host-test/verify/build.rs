//! Builds anew when an assumption comes, goes or changes: `include_dir` alone does not see it.

fn main() {
    println!("cargo::rerun-if-changed=assumptions");
}
