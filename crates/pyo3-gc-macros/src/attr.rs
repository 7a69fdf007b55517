//! The grammar of the attributes: what a user may write, and where.

use crate::errors::Errors;
use crate::part::{Part, list, meant, rebuild, unknown};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Path, Token, parse_quote};

/// `#[pyo3_gc(..)]` on a struct or an enum.
pub(crate) struct TypeAttrs {
    pub(crate) krate: Path,
    pub(crate) may_contain_cycles: bool,
    /// A key of the class only, written here where `#[pyclass(..)]` cannot take it.
    pub(crate) derive_gc: Option<(Span, bool)>,
}

impl Default for TypeAttrs {
    fn default() -> Self {
        Self { krate: parse_quote!(::pyo3_gc), may_contain_cycles: false, derive_gc: None }
    }
}

pub(crate) fn on_type(attrs: &[Attribute], errors: &mut Errors) -> TypeAttrs {
    let mut found = TypeAttrs::default();
    let mut seen: Vec<String> = Vec::new();
    misplaced_gc(attrs, errors);
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("pyo3_gc")) {
        let Some(parts) = list(attr, "pyo3_gc") else {
            errors.push(attr.path().span(), "expected a list, as in `#[pyo3_gc(crate = \"..\")]`");
            continue;
        };
        for part in parts {
            if let Some(key) = &part.key {
                once(&mut seen, key, errors);
            }
            if part.is("crate") {
                found.krate = errors.keep(part.path("crate = \"::pyo3_gc\"")).unwrap_or(found.krate);
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
            } else if part.is("derive_gc") {
                let value = errors.keep(part.bool("derive_gc = false"));
                found.derive_gc = value.map(|value| (part.span(), value));
            } else if part.is("skip") {
                errors.push(part.span(), "`skip` belongs on a field");
            } else {
                let names = ["crate", "may_contain_cycles", "derive_gc"];
                errors.add(unknown(&part, &names, "`crate = \"..\"` or `may_contain_cycles = true`"));
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

/// Neither key has a meaning on a variant.
pub(crate) fn on_variant(attrs: &[Attribute], errors: &mut Errors) {
    misplaced_gc(attrs, errors);
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("pyo3_gc")) {
        errors.push(attr.path().span(), "`#[pyo3_gc(..)]` belongs on the fields of a variant");
    }
}

/// `#[pyo3(gc = ..)]` where no field is.
fn misplaced_gc(attrs: &[Attribute], errors: &mut Errors) {
    for part in attrs.iter().filter_map(|attr| list(attr, "pyo3")).flatten() {
        if part.is("gc") {
            errors
                .push(part.span(), "`gc` belongs on a field; for a whole class write `#[pyclass(derive_gc = false)]`");
        }
    }
}

/// A field that the derive leaves out.
pub(crate) struct Skip {
    pub(crate) span: Span,
    /// With a reason the skip is taken at its word.
    pub(crate) reason: bool,
}

const SKIP_FORMS: &str = "`skip` or `skip = \"reason\"`";

/// Reads `#[pyo3(gc = false)]` and `#[pyo3_gc(skip)]`.
pub(crate) fn on_field(attrs: &[Attribute], errors: &mut Errors) -> Option<Skip> {
    let mut skip: Option<Skip> = None;
    let mut set = |new: Skip, errors: &mut Errors| match &skip {
        Some(_) => errors.push(new.span, "this field is skipped twice"),
        None => skip = Some(new),
    };
    for attr in attrs {
        for part in list(attr, "pyo3").into_iter().flatten() {
            if let Some(span) = gc_false(&part, errors) {
                set(Skip { span, reason: false }, errors);
            }
        }
        if !attr.path().is_ident("pyo3_gc") {
            continue;
        }
        let Some(parts) = list(attr, "pyo3_gc") else {
            errors.push(attr.path().span(), format!("expected a list of {SKIP_FORMS}"));
            continue;
        };
        for part in parts {
            if part.is("skip") {
                match part.text("skip = \"holds weak handles only\"") {
                    Ok(reason) if reason.as_ref().is_some_and(|text| text.trim().is_empty()) => {
                        errors.push(part.span(), "the reason is empty; say why nothing is lost by skipping this field");
                    }
                    Ok(reason) => set(Skip { span: part.span(), reason: reason.is_some() }, errors),
                    Err(error) => errors.add(error),
                }
            } else if part.is("gc") {
                errors.push(part.span(), "here the key is `skip`; `gc = false` belongs to `#[pyo3(..)]`");
            } else {
                errors.add(unknown(&part, &["skip"], SKIP_FORMS));
            }
        }
    }
    skip
}

/// Where `gc = false` stands, if this is it.
fn gc_false(part: &Part, errors: &mut Errors) -> Option<Span> {
    if !is_gc(part) {
        return None;
    }
    if !part.is("gc") {
        errors.push(part.span(), "unknown key; did you mean `gc = false`?");
        return None;
    }
    match part.bool("#[pyo3(gc = false)]") {
        Ok(false) => return Some(part.span()),
        Ok(true) => errors.push(part.span(), "every field is visited unless it says `gc = false`; remove `gc = true`"),
        Err(error) => errors.add(error),
    }
    None
}

/// Makes attributes of a class or of a field readable for PyO3, which knows none of our keys. If a derive reads them too, a skip
/// is written in its words. Otherwise nothing of ours is left.
pub(crate) fn for_pyo3(attrs: &mut Vec<Attribute>, derived: bool) {
    let mut kept = Vec::new();
    for attr in attrs.drain(..) {
        if let Some(parts) = list(&attr, "pyo3") {
            let (gc, others): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(is_gc);
            if gc.is_empty() {
                kept.push(attr);
                continue;
            }
            kept.extend(rebuild(&attr, &others));
            let skip = Ident::new("skip", gc[0].span());
            kept.extend(derived.then(|| parse_quote!(#[pyo3_gc(#skip)])));
        } else if let Some(parts) = list(&attr, "pyo3_gc") {
            let parts: Vec<Part> = parts.into_iter().filter(|part| derived && !part.is("derive_gc")).collect();
            kept.extend(rebuild(&attr, &parts));
        } else if !is_second_pyclass(&attr) {
            kept.push(attr);
        }
    }
    *attrs = kept;
}

/// `gc`, also misspelt.
fn is_gc(part: &Part) -> bool {
    part.key.as_ref().is_some_and(|key| meant(&key.to_string(), &["get", "set", "name", "gc"]) == Some("gc"))
}

/// Where a `#[derive(..)]` names the trait.
pub(crate) fn derive_of_the_trait(attrs: &[Attribute]) -> Option<Span> {
    let derives = attrs.iter().filter(|attr| attr.path().is_ident("derive"));
    let parse = |attr: &Attribute| attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok();
    let names =
        derives.filter_map(parse).flatten().filter_map(|path| path.segments.last().map(|last| last.ident.clone()));
    names.into_iter().find(|name| name == "PyGcIntegration").map(|name| name.span())
}

fn is_second_pyclass(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "pyclass")
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
