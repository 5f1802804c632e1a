//! The files of `release/build`: each is installed into an empty environment and makes one call.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::installed;
use crate::support::organization::{CLIENT, Organization, SECRET, TENANT};
use crate::support::registry::succeed;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes a release around this build's binary; returns its directory.
fn release(home: &TempDir, name: &str) -> PathBuf {
    let dist = home.path().join(name);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut build = Command::new(root.join("release/build"));
    build.args(["--allow-dirty", "--binary", env!("CARGO_BIN_EXE_dynamics365-sales")]).arg(&dist);
    succeed(build);
    dist
}

/// A program with a clean environment, except the paths of programs and caches, and the
/// organization's variables.
fn bare(program: impl AsRef<std::ffi::OsStr>, organization: &Organization) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DYNAMICS365_") {
            command.env_remove(name);
        }
    }
    command
        .env("DYNAMICS365_INSTANCE_URL", organization.url())
        .env("DYNAMICS365_TENANT_ID", TENANT)
        .env("DYNAMICS365_CLIENT_ID", CLIENT)
        .env("DYNAMICS365_CLIENT_SECRET", SECRET);
    command
}

/// One call by an installed command line.
fn calls(program: &Path, organization: &Organization) {
    let mut call = bare(program, organization);
    call.args(["call", "search_accounts", "--search-term", "coffee"]);
    let answer = succeed(call);
    assert!(answer.contains("Fourth Coffee"), "{answer}");
    let mut version = bare(program, organization);
    version.arg("--version");
    assert_eq!(succeed(version).trim(), format!("dynamics365-sales {VERSION}"));
}

fn unpack(archive: &Path, into: &Path) {
    fs::create_dir_all(into).unwrap();
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(archive).arg("-C").arg(into);
    succeed(tar);
}

/// The only file of a release with this ending.
fn file(dist: &Path, end: &str) -> PathBuf {
    let mut files = fs::read_dir(dist).unwrap().flatten().map(|entry| entry.path());
    files.find(|path| path.to_string_lossy().ends_with(end)).unwrap_or_else(|| panic!("no {end}"))
}

#[test]
fn makes_packages_that_can_be_installed_and_called() {
    if installed::release().is_none() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let dist = release(&home, "dist");
    let organization = Organization::start();
    let empty = home.path();

    let mut check = Command::new("sha256sum");
    check.args(["--check", "--quiet", "--strict", "SHA256SUMS"]).current_dir(&dist);
    succeed(check);
    let sums = fs::read_to_string(dist.join("SHA256SUMS")).unwrap();
    let others = fs::read_dir(&dist).unwrap().count() - 1;
    assert_eq!(sums.lines().count(), others);

    // The archive.
    unpack(&file(&dist, "-linux-gnu.tar.gz"), &empty.join("archive"));
    let archive = fs::read_dir(empty.join("archive")).unwrap().flatten().next().unwrap().path();
    calls(&archive.join("dynamics365-sales"), &organization);
    assert!(archive.join("LICENSE").exists());

    // The wheel, by pip into a new environment.
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv"]).arg(empty.join("venv"));
    succeed(venv);
    let mut pip = Command::new(empty.join("venv/bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-index"]);
    pip.arg(file(&dist, ".whl"));
    succeed(pip);
    calls(&empty.join("venv/bin/dynamics365-sales"), &organization);

    // The npm package, by npm into an empty directory.
    let node = empty.join("node");
    fs::create_dir(&node).unwrap();
    fs::write(node.join("package.json"), r#"{"private": true, "type": "module"}"#).unwrap();
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefer-offline"]);
    npm.arg(file(&dist, &format!("dynamics365-sales-{VERSION}.tgz"))).current_dir(&node);
    succeed(npm);
    let program = "import { actions, plugin } from 'dynamics365-sales';\n\
        import { readFileSync } from 'node:fs';\n\
        const wasm = new URL(import.meta.resolve('dynamics365-sales/dynamics365-sales.wasm'));\n\
        console.log(readFileSync(wasm).subarray(1, 4).toString());\n\
        for (const row of actions.searchAccounts({ searchTerm: 'coffee' })) console.log(JSON.parse(row).name);\n\
        console.log(JSON.parse(plugin.invoke('search_accounts', '{\"search_term\": \"coffee\"}')).success);\n";
    fs::write(node.join("call.mjs"), program).unwrap();
    let mut call = bare("node", &organization);
    call.arg("call.mjs").current_dir(&node);
    assert_eq!(succeed(call), "asm\nFourth Coffee\ntrue\n");

    // A container's build context has the files that its Containerfile copies, and a working
    // program.
    unpack(&file(&dist, "-container.tar.gz"), empty);
    let context = empty.join(format!("dynamics365-sales-{VERSION}-container"));
    let containerfile = fs::read_to_string(context.join("Containerfile")).unwrap();
    for line in containerfile.lines().filter_map(|line| line.strip_prefix("COPY ")) {
        assert!(context.join(line.split(' ').next().unwrap()).exists(), "{line}");
    }
    calls(&context.join("dynamics365-sales"), &organization);

    // The images have their version as their tag.
    for what in ["connector", "env", "config", "gateway", "gateway-alone", "obelisk"] {
        unpack(&file(&dist, &format!("-{what}-{VERSION}-oci.tar.gz")), empty);
        let layout = empty.join(format!("dynamics365-sales-{what}-{VERSION}-oci"));
        let index = fs::read_to_string(layout.join("index.json")).unwrap();
        assert!(index.contains(&format!(r#""org.opencontainers.image.ref.name":"{VERSION}""#)));
        assert!(file(&dist, &format!("-{what}-{VERSION}.cdx.json")).exists());
    }
}

#[test]
fn refuses_a_directory_that_is_not_empty() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("mine"), "").unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let refused = Command::new(root.join("release/build")).arg(home.path()).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let stderr = String::from_utf8(refused.stderr).unwrap();
    assert!(stderr.contains("is not empty: choose a new directory"), "{stderr}");
}
