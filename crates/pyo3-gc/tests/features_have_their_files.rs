//! Each crate that is an optional dependency has one feature, one file and one place in the documentation, under its name.

use std::collections::BTreeSet;
use std::path::Path;

const MANIFEST: &str = include_str!("../Cargo.toml");

/// The features of other crates, as in `slab = ["dep:slab"]`.
fn features() -> BTreeSet<&'static str> {
    let features = MANIFEST.lines().filter_map(|line| line.split_once(" = [\"dep:"));
    features
        .map(|(name, dependency)| {
            assert_eq!(dependency, format!("{name}\"]"), "the feature has the name of its crate");
            name
        })
        .collect()
}

#[test]
fn every_optional_dependency_has_a_feature() {
    let optional = MANIFEST.lines().filter(|line| line.contains("optional = true"));
    let optional: BTreeSet<_> = optional.filter_map(|line| line.split_once(" =")).map(|(name, _)| name).collect();
    assert_eq!(optional, features());
    assert!(optional.len() > 20);
}

#[test]
fn every_feature_has_a_file_and_every_file_a_feature() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/impls/ext");
    let files = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<_> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let expected: BTreeSet<_> = features().into_iter().map(|name| name.replace('-', "_")).collect();
    assert_eq!(files, expected);
    let modules = include_str!("../src/impls/ext.rs");
    for name in features() {
        let module = format!("#[cfg(feature = \"{name}\")]\nmod {};\n", name.replace('-', "_"));
        assert!(modules.contains(&module), "{name}");
    }
}

#[test]
fn every_feature_is_documented() {
    let documentation = include_str!("../src/lib.rs");
    let documentation = &documentation[documentation.find("//! # Features").unwrap()..];
    for name in features() {
        assert!(documentation.contains(&format!("`{name}`")), "{name}");
    }
}
