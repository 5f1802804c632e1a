//! Builds the components in separate cargo runs and tells the crate where to find them.
//!
//! They are separate because a run shared with the rest of the workspace would unify features: the
//! components' dependencies would get `std`, which a `no_std` component cannot use.

use std::env::{self, VarError};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const TARGET: &str = "wasm32-wasip2";
const INPUTS: [&str; 11] = [
    ".cargo/config.toml",
    "adapters",
    "component",
    "gateway",
    "hosts/obelisk/workflow",
    "json-scan",
    "src",
    "wit",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
];

/// A component of this workspace.
struct Component {
    package: &'static str,
    /// The built file.
    file: &'static str,
    /// The environment variable that tells the crate the file's path.
    variable: &'static str,
}

/// The cargo runs: each builds components whose dependencies can share their features.
const RUNS: &[&[Component]] = &[
    &[
        Component {
            package: "dynamics365-sales-component",
            file: "dynamics365_sales.wasm",
            variable: "DYNAMICS365_SALES_COMPONENT",
        },
        Component {
            package: "secrets-from-env",
            file: "secrets_from_env.wasm",
            variable: "SECRETS_FROM_ENV_COMPONENT",
        },
        Component {
            package: "secrets-from-config",
            file: "secrets_from_config.wasm",
            variable: "SECRETS_FROM_CONFIG_COMPONENT",
        },
        Component {
            package: "obelisk-adapter",
            file: "obelisk_adapter.wasm",
            variable: "OBELISK_COMPONENT",
        },
        Component {
            package: "obelisk-workflow",
            file: "obelisk_workflow.wasm",
            variable: "OBELISK_WORKFLOW_COMPONENT",
        },
    ],
    &[
        // The only component with the standard library.
        Component {
            package: "dynamics365-sales-gateway",
            file: "dynamics365_sales_gateway.wasm",
            variable: "GATEWAY_COMPONENT",
        },
    ],
];

fn main() -> ExitCode {
    match run() {
        Ok(lines) => say(&lines),
        Err(problem) => {
            say(&format!("cargo::error={}", problem.replace('\n', " ")));
            ExitCode::FAILURE
        }
    }
}

fn say(lines: &str) -> ExitCode {
    match writeln!(std::io::stdout(), "{lines}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn run() -> Result<String, String> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../..");
    let mut lines = INPUTS
        .map(|input| format!("cargo::rerun-if-changed={}", root.join(input).display()))
        .to_vec();
    // On wasm32, this package is empty.
    if variable("CARGO_CFG_TARGET_ARCH")? == "wasm32" {
        return Ok(lines.join("\n"));
    }
    have_target()?;
    let target_dir = PathBuf::from(variable("OUT_DIR")?).join("component");
    for components in RUNS {
        build(components, &root, &target_dir)?;
        for component in *components {
            let packages = packages(component, &root)?;
            let file =
                PathBuf::from(variable("OUT_DIR")?).join(format!("{}.packages", component.package));
            fs::write(&file, packages)
                .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
        }
        for component in *components {
            let file = target_dir.join(TARGET).join("release").join(component.file);
            let file = fs::canonicalize(&file)
                .map_err(|error| format!("no component at {}: {error}", file.display()))?;
            lines.push(format!("cargo::rustc-env={}={}", component.variable, file.display()));
        }
    }
    lines.push(format!("cargo::rustc-env=DYNAMICS365_SALES_RUSTC={}", rustc(&["--version"])?));
    Ok(lines.join("\n"))
}

/// Builds these components in one run of cargo.
fn build(components: &[Component], root: &Path, target_dir: &Path) -> Result<(), String> {
    let mut cargo = clean(Command::new(variable("CARGO")?));
    cargo.args(["build", "--release", "--lib", "--locked", "--target", TARGET]);
    for component in components {
        cargo.args(["--package", component.package]);
    }
    cargo.arg("--manifest-path").arg(root.join("Cargo.toml")).arg("--target-dir").arg(target_dir);
    let status = cargo.status().map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !status.success() {
        return Err(format!(
            "the components do not build for {TARGET} (cargo's messages are below)"
        ));
    }
    Ok(())
}

/// The packages in a component, one per line: depth, name and version, `here` for a package of this
/// workspace, license.
fn packages(component: &Component, root: &Path) -> Result<String, String> {
    let mut cargo = clean(Command::new(variable("CARGO")?));
    cargo.args(["tree", "--locked", "--target", TARGET, "--edges", "normal,no-proc-macro"]);
    cargo.args(["--no-dedupe", "--prefix", "depth", "--format", " {p}\t{l}"]);
    cargo.args(["--package", component.package, "--manifest-path"]).arg(root.join("Cargo.toml"));
    let output = cargo.output().map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let tree = String::from_utf8_lossy(&output.stdout);
    // For a package of this workspace, cargo also prints its path on this machine.
    let lines = tree.lines().map(|line| match (line.split_once(" ("), line.split_once('\t')) {
        (Some((package, _)), Some((_, license))) => {
            format!("{package} here\t{license}\n")
        }
        _ => format!("{line}\n"),
    });
    Ok(lines.collect())
}

/// The command without the environment that this run of cargo sets for its children: the flags,
/// wrappers, profiles and targets of the workspace's build would change the component.
fn clean(mut command: Command) -> Command {
    const KEPT: [&str; 8] = [
        "CARGO_HOME",
        "CARGO_HTTP_",
        "CARGO_MAKEFLAGS",
        "CARGO_NET_",
        "CARGO_REGISTRIES_",
        "CARGO_REGISTRY_",
        "CARGO_SOURCE_",
        "CARGO_TERM_",
    ];
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy().into_owned();
        let ours = text.starts_with("CARGO") && !KEPT.iter().any(|kept| text.starts_with(kept));
        // `RUSTC` is removed as well: cargo finds the compiler again through the toolchain.
        let flags = text.starts_with("RUSTC") || text.starts_with("RUSTDOC") || text == "RUSTFLAGS";
        if ours || flags {
            command.env_remove(&name);
        }
    }
    command
}

/// Adds the target if it is missing.
fn have_target() -> Result<(), String> {
    if is_installed()? {
        return Ok(());
    }
    // The lock keeps two builds from installing at the same time. If the lock fails, the build
    // tries anyway.
    let lock = File::create(env::temp_dir().join("dynamics365-sales-rustup.lock"));
    let _held = lock.and_then(|file| file.lock().map(|()| file));
    if is_installed()? {
        return Ok(());
    }
    let added = Command::new("rustup").args(["target", "add", TARGET]).output();
    let reason = match added {
        Ok(output) if output.status.success() && is_installed()? => return Ok(()),
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    Err(format!(
        "the Rust target {TARGET} is missing and `rustup target add {TARGET}` failed ({reason}): run it by hand with a \
         network connection, or install the target from where Rust came (a Linux distribution's compiler needs the \
         distribution's package of the standard library for {TARGET}), then build again"
    ))
}

/// Whether the standard library of the target is there.
fn is_installed() -> Result<bool, String> {
    let directory = rustc(&["--print", "target-libdir", "--target", TARGET])?;
    let has_core = |entry: fs::DirEntry| entry.file_name().to_string_lossy().starts_with("libcore");
    // For an unknown target, the compiler prints nothing.
    Ok(!directory.is_empty()
        && fs::read_dir(directory).is_ok_and(|entries| entries.flatten().any(has_core)))
}

/// The compiler's output for these arguments.
fn rustc(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(variable("RUSTC")?).args(arguments).output();
    let output = output.map_err(|error| format!("rustc cannot be run: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo passes its settings to build scripts in the environment"
)]
fn variable(name: &str) -> Result<OsString, String> {
    env::var(name).map(OsString::from).map_err(|error: VarError| format!("{name}: {error}"))
}
