//! `#[pyo3_gc(with = path)]`: the functions of a module stand for the methods of the trait.

use crate::expand::{Method, labelled};
use crate::input::Field;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Path};

/// The call for one field. The functions may be unsafe: the attribute is the promise that they keep the rules of the trait.
pub(crate) fn call(krate: &Path, module: &Path, field: &Field<'_>, method: &Method<'_>) -> TokenStream {
    let binding = &field.binding;
    let function = |name: &str| {
        let name = Ident::new(name, module.span());
        quote!(#module::#name)
    };
    let call = match method {
        Method::Traverse(visit) => {
            let traverse = function("traverse");
            labelled(krate, &field.label, &promised(&quote!(#traverse(#binding, #visit))))
        }
        // Not a function of its own, because it would drop while the object is borrowed.
        Method::Clear => {
            let unlink = function("unlink");
            let bag = Ident::new("bag", Span::mixed_site());
            let call = promised(&quote!(#unlink(#binding, &mut #bag)));
            quote! {
                let mut #bag = #krate::Bag::new();
                #call;
                ::core::mem::drop(#bag)
            }
        }
        Method::Unlink(bag) => {
            let unlink = function("unlink");
            promised(&quote!(#unlink(#binding, #bag)))
        }
        Method::UnlinkShared(bag) => return unlink_shared(krate, module, binding, bag),
    };
    quote!({ #call; })
}

/// The module need not have the function. What an inner block imports goes before what an outer one does.
fn unlink_shared(krate: &Path, module: &Path, binding: &Ident, bag: &Ident) -> TokenStream {
    let call = promised(&quote!(unlink_shared(#binding, #bag)));
    quote! {{
        #[allow(unused_imports)]
        use #krate::__private::without_cells::*;
        {
            #[allow(unused_imports)]
            use #module::*;
            #call;
        }
    }}
}

fn promised(call: &TokenStream) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> unsafe { #call })
}
