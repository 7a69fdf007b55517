//! The tables of the documentation name exactly the keys that the grammar knows.

use crate::attr::{self, BLOCK_KEYS, CLASS_KEYS, TYPE_KEYS};
use crate::errors::Errors;
use crate::field_attr::{self, FIELD_KEYS, PYO3_FIELD_KEY, VARIANT_KEYS};
use proc_macro2::Span;
use std::collections::BTreeSet;
use syn::{Attribute, Ident, parse_quote};

const DERIVE: &str = include_str!("../../pyo3-gc/src/docs/derive.md");
const PYCLASS: &str = include_str!("../../pyo3-gc/src/docs/pyclass.md");
const PYMETHODS: &str = include_str!("../../pyo3-gc/src/docs/pymethods.md");

/// The keys that `#[attribute(key ..)]` has in the first column of the tables below a heading.
fn documented<'a>(text: &'a str, heading: &str, attribute: &str) -> BTreeSet<&'a str> {
    let section = text.split("\n# ").find(|section| section.starts_with(heading)).expect("the heading is there");
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
    let start = format!("#[{attribute}(");
    cells.flat_map(|cell| cell.split(start.as_str()).skip(1).map(key).collect::<Vec<_>>()).collect()
}

fn key(text: &str) -> &str {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
        .next()
        .expect("there is a first part")
}

fn set<'a>(keys: &[&'a str]) -> BTreeSet<&'a str> {
    keys.iter().copied().collect()
}

#[test]
fn the_tables_name_the_keys_of_the_grammar() {
    let class_only = |key: &&&str| !CLASS_KEYS.contains(key);
    let of_types: BTreeSet<&str> = TYPE_KEYS.iter().filter(class_only).copied().collect();
    assert_eq!(documented(DERIVE, "Attributes of fields", "pyo3_gc"), set(&FIELD_KEYS));
    assert_eq!(documented(DERIVE, "Attributes of fields", "pyo3"), set(&[PYO3_FIELD_KEY]));
    assert_eq!(documented(DERIVE, "Attributes of variants", "pyo3_gc"), set(&VARIANT_KEYS));
    assert_eq!(documented(DERIVE, "Attributes of types", "pyo3_gc"), of_types);
    for attribute in ["pyclass", "pyo3_gc"] {
        assert_eq!(documented(PYCLASS, "Options", attribute), set(&CLASS_KEYS));
    }
    assert_eq!(documented(PYMETHODS, "Options", "pymethods"), set(&CLASS_KEYS));
    assert_eq!(documented(PYMETHODS, "Options", "pyo3_gc"), set(&BLOCK_KEYS));
}

/// What the grammar says about `#[pyo3_gc(key)]`.
fn said(key: &str, read: impl Fn(&[Attribute], &mut Errors)) -> String {
    let key = Ident::new(key, Span::call_site());
    let attribute: Attribute = parse_quote!(#[pyo3_gc(#key)]);
    let mut errors = Errors::default();
    read(&[attribute], &mut errors);
    errors.finish().err().map_or_else(String::new, |error| error.to_string())
}

#[test]
fn the_grammar_knows_the_keys_that_it_suggests() {
    let known = |keys: &[&str], read: &dyn Fn(&[Attribute], &mut Errors)| {
        for key in keys {
            assert!(!said(key, read).contains("unknown"), "{key}");
        }
        assert!(said("nonsense", read).contains("unknown"));
    };
    known(&TYPE_KEYS, &|attrs, errors| _ = attr::on_type(attrs, errors));
    known(&BLOCK_KEYS, &|attrs, errors| _ = attr::on_block(attrs, errors));
    known(&FIELD_KEYS, &|attrs, errors| _ = field_attr::on_field(attrs, errors));
    known(&VARIANT_KEYS, &|attrs, errors| _ = field_attr::on_variant(attrs, errors));
}
