//! An implementation after an error, so that the users of the type do not report that it has none.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Ident, Path};

pub(crate) fn expand(krate: &Path, name: &Ident, generics: &Generics) -> TokenStream {
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        unsafe impl #impl_generics #krate::PyGcIntegration for #name #ty_generics #where_clause {
            const MAY_CONTAIN_CYCLES: bool = false;
            fn traverse(&self, _: #krate::__private::PyVisit<'_>)
                -> ::core::result::Result<(), #krate::__private::PyTraverseError>
            {
                ::core::result::Result::Ok(())
            }
            fn clear(&mut self) {}
        }
    }
}
