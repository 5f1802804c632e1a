//! Strips names and debug information from a component and everything nested in it: a twentieth of
//! the connector.

use std::ops::Range;

use wasm_encoder::{ComponentSectionId, RawSection, Section as _};
use wasmparser::{BinaryReaderError, Parser, Payload};

/// Removes names and debug information. Code, types and other custom sections stay unchanged.
///
/// # Errors
///
/// Fails if the bytes are not WebAssembly.
pub fn strip(component: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
    // The binaries that enclose the current one, outermost first, each with the id of the section
    // that contains the next.
    let mut enclosing: Vec<(Vec<u8>, u8)> = Vec::new();
    let mut output = Vec::new();
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload?;
        match &payload {
            Payload::Version { range, .. } => output.extend_from_slice(bytes(component, range)),
            Payload::ModuleSection { .. } => {
                enclosing
                    .push((std::mem::take(&mut output), ComponentSectionId::CoreModule.into()));
            }
            Payload::ComponentSection { .. } => {
                enclosing.push((std::mem::take(&mut output), ComponentSectionId::Component.into()));
            }
            Payload::End(_) => {
                if let Some((outer, id)) = enclosing.pop() {
                    let inner = std::mem::replace(&mut output, outer);
                    output.push(id);
                    wasm_encoder::Encode::encode(inner.as_slice(), &mut output);
                }
            }
            Payload::CustomSection(section) if is_dropped(section.name()) => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    RawSection { id, data: bytes(component, &range) }.append_to(&mut output);
                }
            }
        }
    }
    Ok(output)
}

/// Whether a custom section only helps a linker or a reader of the code.
fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        "name" | "component-name" | "target_features" | "sourceMappingURL" | "external_debug_info"
    ) || name.starts_with(".debug_")
}

/// The bytes in a range from the parser, which lies within the component.
fn bytes<'a>(component: &'a [u8], range: &Range<u64>) -> &'a [u8] {
    let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    component.get(index(range.start)..index(range.end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A section with this id and content.
    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        let mut section = vec![id];
        wasm_encoder::Encode::encode(content, &mut section);
        section
    }

    fn custom(name: &str) -> Vec<u8> {
        let mut content = Vec::new();
        wasm_encoder::Encode::encode(name, &mut content);
        content.extend_from_slice(b"content");
        section(0, &content)
    }

    /// A component with a module and a component in it, each with these custom sections.
    fn nested(sections: &[&str]) -> Vec<u8> {
        let sections: Vec<u8> = sections.iter().flat_map(|name| custom(name)).collect();
        let module = [b"\0asm\x01\0\0\0", sections.as_slice()].concat();
        let component = |inner: &[u8]| [b"\0asm\x0d\0\x01\0", inner, &sections].concat();
        component(&[section(1, &module), section(4, &component(&section(1, &module)))].concat())
    }

    #[test]
    fn drops_names_at_every_depth_and_keeps_the_rest() {
        let all = ["producers", "name", ".debug_info", "component-name", "component-type:x"];
        let stripped = strip(&nested(&all)).unwrap();
        assert_eq!(stripped, nested(&["producers", "component-type:x"]));
    }

    #[test]
    fn leaves_a_stripped_component_unchanged() {
        for component in [components::CONNECTOR, components::GATEWAY] {
            let stripped = strip(component).unwrap();
            assert!(stripped.len() < component.len());
            assert_eq!(strip(&stripped).unwrap(), stripped);
        }
    }

    #[test]
    fn refuses_other_bytes_than_webassembly() {
        assert!(strip(b"<html>").is_err());
        let whole = nested(&["producers"]);
        assert!(strip(whole.get(..whole.len() - 3).unwrap()).is_err());
    }
}
