//! Every refusal that concerns a type as a whole.

use crate::errors::Errors;
use crate::field_attr::{Plan, Skip};
use crate::input::{Field, Input};
use crate::part::list;
use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Meta};

pub(crate) fn check(input: &Input<'_>, errors: &mut Errors) {
    if let Data::Union(data) = &input.ast.data {
        errors.push(
            data.union_token.span,
            "`PyGcIntegration` cannot be derived for a union: nothing says which field is alive; implement the trait by hand",
        );
    }
    for (span, name) in input.attrs.class.written() {
        let instead = if name == "derive_gc" { "remove the derive instead" } else { "the derive installs no hooks" };
        errors.push(span, format!("`{name}` belongs to `#[pyo3_gc::pyclass]`; {instead}"));
    }
    packed(input, errors);
    under_pyo3s_pyclass(input.ast, errors);
    for field in input.fields() {
        match &field.plan {
            Plan::Visit => closure(field, errors),
            Plan::Skip(skip) => skipped(field, skip, errors),
            Plan::With(_) => {}
        }
    }
}

/// PyO3's attribute refuses `gc` where it finds it, in words that do not know of us. It is seen here if it stands below the derive.
fn under_pyo3s_pyclass(ast: &DeriveInput, errors: &mut Errors) {
    let is_pyo3s = |attr: &Attribute| {
        let path = attr.path();
        let ours = path.segments.first().is_some_and(|first| first.ident == "pyo3_gc")
            || list(attr, "pyclass").is_some_and(|parts| parts.iter().any(|part| part.is("derive_gc")));
        path.segments.last().is_some_and(|last| last.ident == "pyclass") && !ours
    };
    let (true, Data::Struct(data)) = (ast.attrs.iter().any(is_pyo3s), &ast.data) else {
        return;
    };
    let keys = data.fields.iter().flat_map(|field| &field.attrs).filter_map(|attr| list(attr, "pyo3"));
    for part in keys.flatten().filter(|part| part.is("gc")) {
        errors.push(
            part.span(),
            "PyO3's own `#[pyclass]` does not know this key: write `#[pyo3_gc(skip)]`, or use `#[pyo3_gc::pyclass]` without the derive",
        );
    }
}

fn packed(input: &Input<'_>, errors: &mut Errors) {
    for attr in input.ast.attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        let Meta::List(list) = &attr.meta else {
            continue;
        };
        for tree in list.tokens.clone() {
            if tree.to_token_stream().to_string() == "packed" {
                errors.push(
                    tree.span(),
                    "`PyGcIntegration` cannot be derived for a packed type: its fields cannot be borrowed; remove `packed` or \
                     implement the trait by hand",
                );
            }
        }
    }
}

fn skipped(field: &Field<'_>, skip: &Skip, errors: &mut Errors) {
    if !skip.reason && field.uses.parameter {
        errors.push(
            skip.span,
            format!(
                "the type of field `{}` depends on a parameter, so nobody can check that skipping it loses nothing; say why it \
                 does not: `#[pyo3_gc(skip = \"reason\")]`",
                field.label
            ),
        );
    }
}

fn closure(field: &Field<'_>, errors: &mut Errors) {
    if let Some(span) = field.uses.closure {
        errors.push(
            span,
            format!(
                "field `{}` holds a closure, which hides what it owns from the collector; if it owns no Python object, write \
                 `#[pyo3(gc = false)]`; if it does, keep that object in a field of its own",
                field.label
            ),
        );
    }
}
