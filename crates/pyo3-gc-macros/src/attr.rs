//! The grammar of `#[pyo3_gc(..)]` on a struct or an enum, and what the grammars have in common.

use crate::errors::Errors;
use crate::part::{Part, list, unknown};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Path, Token, WherePredicate, parse_quote};

pub(crate) const TYPE_KEYS: [&str; 5] = ["crate", "may_contain_cycles", "bound", "derive_gc", "clear_gc"];

/// `#[pyo3_gc(..)]` on a struct or an enum.
pub(crate) struct TypeAttrs {
    pub(crate) krate: Path,
    pub(crate) may_contain_cycles: bool,
    /// In place of the bounds that follow from the fields.
    pub(crate) bound: Option<Vec<WherePredicate>>,
    /// Keys of the class only, written here where `#[pyclass(..)]` cannot take them.
    pub(crate) class: ClassKeys,
}

impl Default for TypeAttrs {
    fn default() -> Self {
        Self { krate: parse_quote!(::pyo3_gc), may_contain_cycles: false, bound: None, class: ClassKeys::default() }
    }
}

pub(crate) const CLASS_KEYS: [&str; 2] = ["derive_gc", "clear_gc"];

/// What says which hooks are installed, each with its place.
#[derive(Default)]
pub(crate) struct ClassKeys {
    derive: Option<(Span, bool)>,
    clear: Option<(Span, bool)>,
}

impl ClassKeys {
    /// Takes a key, if it is one of these.
    pub(crate) fn take(&mut self, part: &Part, attribute: &str, errors: &mut Errors) -> bool {
        let Some(name) = CLASS_KEYS.into_iter().find(|name| part.is(name)) else {
            return false;
        };
        let place = if name == "derive_gc" { &mut self.derive } else { &mut self.clear };
        if place.is_some() {
            errors.push(part.span(), format!("`{name}` is written twice"));
        }
        *place = errors.keep(part.bool(&format!("#[{attribute}({name} = false)]"))).map(|value| (part.span(), value));
        true
    }

    pub(crate) fn derives(&self) -> bool {
        self.derive.is_none_or(|(_, value)| value)
    }

    pub(crate) fn clears(&self) -> bool {
        self.clear.is_none_or(|(_, value)| value)
    }

    pub(crate) fn check(&self, errors: &mut Errors) {
        if let (Some((span, _)), false) = (self.clear, self.derives()) {
            errors.push(span, "`derive_gc = false` leaves out both hooks already, so remove `clear_gc`");
        }
    }

    /// The keys that are there, with their names.
    pub(crate) fn written(&self) -> impl Iterator<Item = (Span, &'static str)> {
        let derive = self.derive.map(|(span, _)| (span, "derive_gc"));
        derive.into_iter().chain(self.clear.map(|(span, _)| (span, "clear_gc")))
    }
}

/// What `#[pyo3_gc(..)]` may say on a block of methods.
pub(crate) const BLOCK_KEYS: [&str; 3] = ["crate", "derive_gc", "clear_gc"];

pub(crate) fn on_block(attrs: &[Attribute], errors: &mut Errors) -> (Path, ClassKeys) {
    let (mut krate, mut keys) = (parse_quote!(::pyo3_gc), ClassKeys::default());
    for part in attrs.iter().filter_map(|attr| list(attr, "pyo3_gc")).flatten() {
        if part.is("crate") {
            krate = errors.keep(part.path("crate = \"::pyo3_gc\"")).unwrap_or(krate);
        } else if !keys.take(&part, "pyo3_gc", errors) {
            errors.add(unknown(&part, &BLOCK_KEYS, "`crate = \"..\"`, `derive_gc = false` or `clear_gc = false`"));
        }
    }
    (krate, keys)
}

pub(crate) fn on_type(attrs: &[Attribute], errors: &mut Errors) -> TypeAttrs {
    let mut found = TypeAttrs::default();
    let mut seen: Vec<String> = Vec::new();
    misplaced_gc(attrs, "for a whole class write `#[pyclass(derive_gc = false)]`", errors);
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("pyo3_gc")) {
        let Some(parts) = list(attr, "pyo3_gc") else {
            errors.push(attr.path().span(), "expected a list, as in `#[pyo3_gc(crate = \"..\")]`");
            continue;
        };
        for part in parts {
            if found.class.take(&part, "pyo3_gc", errors) {
                continue;
            }
            if let Some(key) = &part.key {
                once(&mut seen, key, errors);
            }
            if part.is("crate") {
                found.krate = errors.keep(part.path("crate = \"::pyo3_gc\"")).unwrap_or(found.krate);
            } else if part.is("bound") {
                found.bound = errors.keep(part.predicates("bound = \"T: Trait\""));
            } else if part.is("may_contain_cycles") {
                match part.bool("may_contain_cycles = true") {
                    Ok(true) => found.may_contain_cycles = true,
                    Ok(false) => errors.push(
                        part.span(),
                        "`may_contain_cycles` can only be set to `true`; to leave out a field that owns nothing, put \
                         `#[pyo3_gc(skip = \"reason\")]` on it",
                    ),
                    Err(error) => errors.add(error),
                }
            } else if part.is("skip") || part.is("with") {
                errors.push(part.span(), format!("`{}` belongs on a field", part.name()));
            } else {
                let forms = "`crate = \"..\"`, `bound = \"..\"` or `may_contain_cycles = true`";
                errors.add(unknown(&part, &TYPE_KEYS, forms));
            }
        }
    }
    found
}

fn once(seen: &mut Vec<String>, key: &Ident, errors: &mut Errors) {
    let name = key.to_string();
    if seen.contains(&name) {
        errors.push(key.span(), format!("`{name}` is written twice"));
    }
    seen.push(name);
}

/// `#[pyo3(gc = ..)]` where no field is.
pub(crate) fn misplaced_gc(attrs: &[Attribute], instead: &str, errors: &mut Errors) {
    for part in attrs.iter().filter_map(|attr| list(attr, "pyo3")).flatten() {
        if part.is("gc") {
            errors.push(part.span(), format!("`gc` belongs on a field; {instead}"));
        }
    }
}

/// Where a `#[derive(..)]` names the trait.
pub(crate) fn derive_of_the_trait(attrs: &[Attribute]) -> Option<Span> {
    let derives = attrs.iter().filter(|attr| attr.path().is_ident("derive"));
    let parse = |attr: &Attribute| attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok();
    let names =
        derives.filter_map(parse).flatten().filter_map(|path| path.segments.last().map(|last| last.ident.clone()));
    names.into_iter().find(|name| name == "PyGcIntegration").map(|name| name.span())
}

/// The path in `crate = ".."` of PyO3's own options, among the arguments or in `#[pyo3(..)]`.
pub(crate) fn pyo3_crate(arguments: &[Part], attrs: &[Attribute]) -> TokenStream {
    let written = attrs.iter().filter_map(|attr| list(attr, "pyo3")).flatten();
    let mut paths = arguments.iter().filter_map(crate_path).chain(written.filter_map(|part| crate_path(&part)));
    paths.next().map_or_else(|| quote!(::pyo3), |path| quote!(#path))
}

fn crate_path(part: &Part) -> Option<Path> {
    part.is("crate").then(|| part.path("crate = \"::pyo3\"").ok()).flatten()
}
