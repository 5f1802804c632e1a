//! Reads a component's imports and exports from its bytes.

use wasmparser::{BinaryReaderError, Encoding, Parser, Payload};

/// The names of a component's imports and exports, in file order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interface {
    /// The imports, which the host provides: `wasi:http/outgoing-handler@0.2.12`.
    pub imports: Vec<String>,
    /// The exports, which the host calls: `dynamics365:sales/actions@0.1.0`.
    pub exports: Vec<String>,
}

/// The bytes are not a component.
#[derive(Debug, thiserror::Error)]
pub enum NotAComponentError {
    /// They are a core module.
    #[error("a core module is not a component")]
    Module,
    /// They are not WebAssembly, or malformed.
    #[error("not a component: {0}")]
    Malformed(#[from] BinaryReaderError),
}

impl Interface {
    /// Reads the interface of a component.
    ///
    /// # Errors
    ///
    /// Fails with [`NotAComponentError`] if the bytes are something else.
    pub fn of(component: &[u8]) -> Result<Self, NotAComponentError> {
        let mut interface = Interface::default();
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(component) {
            match payload? {
                Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                    return Err(NotAComponentError::Module);
                }
                Payload::Version { .. } => depth += 1,
                Payload::End(_) => depth -= 1,
                Payload::ComponentImportSection(imports) if depth == 1 => {
                    for import in imports {
                        interface.imports.push(import?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(exports) if depth == 1 => {
                    for export in exports {
                        interface.exports.push(export?.name.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(interface)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_other_bytes_than_a_component() {
        let module = b"\0asm\x01\0\0\0";
        assert!(matches!(Interface::of(module), Err(NotAComponentError::Module)));
        assert!(matches!(Interface::of(b"<html>"), Err(NotAComponentError::Malformed(_))));
        assert!(matches!(Interface::of(b""), Err(NotAComponentError::Malformed(_))));
    }

    #[test]
    fn omits_the_interfaces_of_nested_components() {
        let interface = Interface::of(components::SECRETS_FROM_ENV).unwrap();
        assert_eq!(interface.imports, ["wasi:cli/environment@0.2.12"]);
        assert_eq!(interface.exports, ["dynamics365:sales/secrets@0.1.0"]);
    }
}
