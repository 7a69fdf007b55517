//! Every refusal that concerns a type as a whole.

use crate::errors::Errors;
use crate::input::{Field, Input};
use quote::ToTokens;
use syn::{Data, Meta};

pub(crate) fn check(input: &Input<'_>, errors: &mut Errors) {
    if let Data::Union(data) = &input.ast.data {
        errors.push(
            data.union_token.span,
            "`PyGcIntegration` cannot be derived for a union: nothing says which field is alive; implement the trait by hand",
        );
    }
    if let Some((span, _)) = input.attrs.derive_gc {
        errors.push(span, "`derive_gc` belongs to `#[pyo3_gc::pyclass]`; remove the derive instead");
    }
    packed(input, errors);
    for field in input.variants.iter().flat_map(|variant| &variant.fields) {
        match &field.skip {
            Some(skip) => skipped(field, skip, errors),
            None => closure(field, errors),
        }
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

fn skipped(field: &Field<'_>, skip: &crate::attr::Skip, errors: &mut Errors) {
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
