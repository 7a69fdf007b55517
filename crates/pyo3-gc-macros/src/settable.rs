//! A warning of a field that Python code can set and that clearing cannot take out.

use crate::input::peel;
use crate::part::{Part, list, parts};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Field, GenericArgument, Meta, PathArguments, Type, TypePath};

/// Built-in types that own nothing, or can be cleared themselves. `PyAny` is cleared to `None`.
const HARMLESS: [&str; 23] = [
    "PyAny",
    "PyBool",
    "PyByteArray",
    "PyBytes",
    "PyCode",
    "PyComplex",
    "PyDate",
    "PyDateTime",
    "PyDelta",
    "PyDict",
    "PyEllipsis",
    "PyFloat",
    "PyFunction",
    "PyInt",
    "PyList",
    "PyModule",
    "PyNone",
    "PyRange",
    "PySet",
    "PyString",
    "PyTime",
    "PyType",
    "PyTzInfo",
];

/// A stable compiler lets a macro warn only through an item that is deprecated.
///
/// What is settable stands in the arguments and in `#[pyo3(..)]`. Nothing is in a frozen class: PyO3 refuses it.
pub(crate) fn warnings(arguments: &[Part], attrs: &[Attribute], fields: &[&mut Field]) -> TokenStream {
    let written: Vec<Part> = attrs.iter().filter_map(|attr| list(attr, "pyo3")).flatten().collect();
    if silenced(attrs) {
        return TokenStream::new();
    }
    let all = arguments.iter().chain(&written).any(|part| part.is("set_all"));
    let settable = fields.iter().filter(|field| all || says_set(&field.attrs)).filter(|field| !silenced(&field.attrs));
    settable.filter_map(|field| Some(warning(field, class(&field.ty)?))).collect()
}

fn says_set(attrs: &[Attribute]) -> bool {
    attrs.iter().filter_map(|attr| list(attr, "pyo3")).flatten().any(|part| part.is("set"))
}

/// `#[allow(deprecated)]` would not reach the place of the warning, which is not in the class.
fn silenced(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("allow") => {
            parts(list.tokens.clone()).iter().any(|part| part.is("deprecated"))
        }
        _ => false,
    })
}

/// `Class` of a bare `Py<Class>`.
fn class(ty: &Type) -> Option<&TypePath> {
    let Type::Path(path) = peel(ty) else {
        return None;
    };
    let last = path.path.segments.last().filter(|last| last.ident == "Py")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let Some(GenericArgument::Type(Type::Path(class))) = arguments.args.first() else {
        return None;
    };
    let name = &class.path.segments.last()?.ident;
    (!HARMLESS.iter().any(|harmless| name == harmless)).then_some(class)
}

fn warning(field: &Field, class: &TypePath) -> TokenStream {
    let class = class.path.segments.last().map_or_else(String::new, |last| last.ident.to_string());
    let span = peel(&field.ty).span().resolved_at(Span::call_site());
    let name = format_ident!("settable_py", span = span);
    let note = format!(
        "this `Py<{class}>` can be set from Python, and clearing cannot take it out, so a cycle of such fields is never \
         collected; write `Option<Py<{class}>>`, or `#[allow(deprecated)]` on the field if there is never a cycle"
    );
    let conditions = field.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    quote_spanned! {span=>
        #(#conditions)*
        const _: () = {
            #[deprecated(note = #note)]
            #[allow(non_upper_case_globals)]
            const #name: () = ();
            #name
        };
    }
}
