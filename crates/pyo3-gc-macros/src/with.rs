//! `#[pyo3_gc(with = path)]`: the functions of a module stand for the methods of the trait.

use crate::expand::{Method, at, labelled};
use crate::field_attr::Plan;
use crate::input::{Field, Input};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Path};

/// Imports the functions that the module must have. What is missing is one error, at the attribute.
pub(crate) fn imports(input: &Input<'_>) -> TokenStream {
    let import = |field: &Field<'_>| {
        let Plan::With(module) = &field.plan else {
            return TokenStream::new();
        };
        let [traverse, unlink] = names(module, field);
        quote_spanned!(at(module)=> use #module::{traverse as #traverse, unlink as #unlink};)
    };
    input.visited().map(import).collect()
}

fn names(module: &Path, field: &Field<'_>) -> [Ident; 2] {
    ["traverse", "unlink"].map(|name| format_ident!("{}_{name}", field.binding, span = at(module)))
}

/// The call for one field. The functions may be unsafe: the attribute is the promise that they keep the rules of the trait.
/// Everything is at the place of the path, so that a type that does not fit is one error.
pub(crate) fn call(krate: &Path, module: &Path, field: &Field<'_>, method: &Method<'_>) -> TokenStream {
    let span = at(module);
    let here = |name: &Ident| Ident::new(&name.to_string(), span);
    let value = here(&field.binding);
    let [traverse, unlink] = names(module, field);
    match method {
        Method::Traverse(visit) => {
            let visit = here(visit);
            let call = labelled(krate, &field.label, &quote_spanned!(span=> unsafe { #traverse(#value, #visit) }));
            quote!(#call;)
        }
        // Not a function of its own, because it would drop while the object is borrowed.
        Method::Clear => quote_spanned! {span=> {
            let mut bag = #krate::Bag::new();
            unsafe { #unlink(#value, &mut bag) };
            ::core::mem::drop(bag);
        }},
        Method::Unlink(bag) => {
            let bag = here(bag);
            quote_spanned!(span=> unsafe { #unlink(#value, #bag) };)
        }
        // The module need not have the function. What an inner block imports goes before what an outer one does.
        Method::UnlinkShared(bag) => {
            let bag = here(bag);
            quote_spanned! {span=> {
                #[allow(unused_imports)]
                use #krate::__private::without_cells::*;
                {
                    #[allow(unused_imports)]
                    use #module::*;
                    unsafe { unlink_shared(#value, #bag) };
                }
            }}
        }
    }
}
