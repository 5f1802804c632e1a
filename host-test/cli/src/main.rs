//! The program `dynamics365-sales`.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    dynamics365_sales_cli::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
