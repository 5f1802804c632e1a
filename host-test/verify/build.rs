//! Rebuilds when an assumption is added, removed or changed, which `include_dir` alone does not
//! notice.

fn main() {
    println!("cargo::rerun-if-changed=assumptions");
}
