//! An image registry on loopback: Debian's `docker-registry`, to which `skopeo` pushes the output
//! of `package`.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::process::{Process, free_port};

pub(crate) struct Registry {
    _process: Process,
    pub(crate) port: u16,
}

impl Registry {
    /// An empty registry that stores its images in this directory.
    pub(crate) fn start(directory: &Path) -> Self {
        let port = free_port();
        let settings = include_str!("../../../../../hosts/wasmcloud/registry.yml")
            .replace("127.0.0.1:5000", &format!("127.0.0.1:{port}"));
        fs::write(directory.join("registry.yml"), settings).unwrap();
        let mut command = Command::new("docker-registry");
        command.args(["serve", "registry.yml"]).current_dir(directory);
        let process = Process::start(command, directory, "registry").listening_on(port);
        Registry { _process: process, port }
    }

    /// Packages this, tags it `0.1.0`, and pushes it under a name.
    pub(crate) fn push(&self, what: &str, name: &str, directory: &Path) {
        let layout = directory.join(format!("{what}-oci"));
        let mut package = Command::new(env!("CARGO_BIN_EXE_dynamics365-sales"));
        package.args(["package", what, "--tag", "0.1.0", "-o"]).arg(&layout);
        succeed(package);
        let mut push = Command::new("skopeo");
        push.args(["copy", "-q", "--dest-tls-verify=false"]);
        push.arg(format!("oci:{}:0.1.0", layout.display()));
        push.arg(format!("docker://127.0.0.1:{}/{name}:0.1.0", self.port));
        succeed(push);
    }

    /// Pulls an image back into a layout in this directory.
    pub(crate) fn pull(&self, name: &str, layout: &Path) {
        let mut pull = Command::new("skopeo");
        pull.args(["copy", "-q", "--src-tls-verify=false"]);
        pull.arg(format!("docker://127.0.0.1:{}/{name}:0.1.0", self.port));
        pull.arg(format!("oci:{}:0.1.0", layout.display()));
        succeed(pull);
    }
}

/// Runs a program to its successful end.
pub(crate) fn succeed(mut command: Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}
