//! The grammar of the attributes of fields and variants.

use crate::attr::misplaced_gc;
use crate::errors::Errors;
use crate::part::{Part, list, meant, unknown};
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Attribute, Path};

pub(crate) const FIELD_KEYS: [&str; 2] = ["skip", "with"];
pub(crate) const VARIANT_KEYS: [&str; 1] = ["skip"];
/// What a field may say in `#[pyo3(..)]`.
pub(crate) const PYO3_FIELD_KEY: &str = "gc";

const SKIP_FORMS: &str = "`skip` or `skip = \"reason\"`";
const FIELD_FORMS: &str = "`skip`, `skip = \"reason\"` or `with = path`";

/// What becomes of a field.
pub(crate) enum Plan {
    Visit,
    Skip(Skip),
    /// The functions of this module stand for the trait.
    With(Path),
}

/// A field or a variant that the derive leaves out.
#[derive(Clone)]
pub(crate) struct Skip {
    pub(crate) span: Span,
    /// With a reason the skip is taken at its word.
    pub(crate) reason: bool,
    /// Everything in the variant is left out. It may hold what owns nothing anyway.
    pub(crate) variant: bool,
}

/// Reads `#[pyo3(gc = false)]` and `#[pyo3_gc(..)]`.
pub(crate) fn on_field(attrs: &[Attribute], errors: &mut Errors) -> Plan {
    let mut plan = Plan::Visit;
    let mut set = |new: Plan, span: Span, errors: &mut Errors| match (&plan, &new) {
        (Plan::Visit, _) => plan = new,
        (Plan::Skip(_), Plan::Skip(_)) => errors.push(span, "this field is skipped twice"),
        (Plan::With(_), Plan::With(_)) => errors.push(span, "`with` is written twice"),
        _ => errors.push(span, "a field that is skipped needs no `with`, so remove one of the two"),
    };
    for attr in attrs {
        for part in list(attr, "pyo3").into_iter().flatten() {
            if let Some(span) = gc_false(&part, errors) {
                set(Plan::Skip(Skip { span, reason: false, variant: false }), span, errors);
            }
        }
        for part in parts(attr, FIELD_FORMS, errors) {
            if part.is("skip") {
                if let Some(skip) = skip(&part, errors) {
                    set(Plan::Skip(skip), part.span(), errors);
                }
            } else if part.is("with") {
                if let Some(module) = errors.keep(part.module("with = path::of::a_module")) {
                    set(Plan::With(module), part.span(), errors);
                }
            } else if part.is("gc") {
                errors.push(part.span(), "here the key is `skip`; `gc = false` belongs to `#[pyo3(..)]`");
            } else {
                errors.add(unknown(&part, &FIELD_KEYS, FIELD_FORMS));
            }
        }
    }
    plan
}

/// Reads `#[pyo3_gc(skip)]` on a variant.
pub(crate) fn on_variant(attrs: &[Attribute], errors: &mut Errors) -> Option<Skip> {
    let mut found: Option<Skip> = None;
    misplaced_gc(attrs, "on a variant write `#[pyo3_gc(skip)]`", errors);
    for attr in attrs {
        for part in parts(attr, SKIP_FORMS, errors) {
            if part.is("with") {
                errors.push(part.span(), "`with` belongs on a field");
            } else if !part.is("skip") {
                errors.add(unknown(&part, &VARIANT_KEYS, SKIP_FORMS));
            } else if found.is_some() {
                errors.push(part.span(), "this variant is skipped twice");
            } else {
                found = skip(&part, errors).map(|skip| Skip { variant: true, ..skip });
            }
        }
    }
    found
}

/// The parts of `#[pyo3_gc(..)]`.
fn parts(attr: &Attribute, forms: &str, errors: &mut Errors) -> Vec<Part> {
    if !attr.path().is_ident("pyo3_gc") {
        return Vec::new();
    }
    list(attr, "pyo3_gc").unwrap_or_else(|| {
        errors.push(attr.path().span(), format!("expected a list of {forms}"));
        Vec::new()
    })
}

fn skip(part: &Part, errors: &mut Errors) -> Option<Skip> {
    let reason = errors.keep(part.text("skip = \"holds weak handles only\""))?;
    if reason.as_ref().is_some_and(|text| text.trim().is_empty()) {
        errors.push(part.span(), "the reason is empty; say why nothing is lost by skipping this");
        return None;
    }
    Some(Skip { span: part.span(), reason: reason.is_some(), variant: false })
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

/// `gc`, also misspelt.
pub(crate) fn is_gc(part: &Part) -> bool {
    let names = ["get", "set", "name", PYO3_FIELD_KEY];
    part.key.as_ref().is_some_and(|key| meant(&key.to_string(), &names) == Some(PYO3_FIELD_KEY))
}
