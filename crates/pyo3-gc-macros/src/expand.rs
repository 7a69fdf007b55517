//! The tokens of the implementation.

use crate::field_attr::Plan;
use crate::input::{Field, Input};
use crate::{bounds, constant, introspect, with};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    DeriveInput, Ident, Lifetime, ParenthesizedGenericArguments, Path, Type, TypeFnPtr, TypeReference, parse_quote,
};

/// The implementation is right by construction: every method names every field once, except those that the user leaves out, so
/// rules 1 to 5 of the trait hold for the type if they hold for its fields; and the constant is `false` only if that of each
/// field is (rule 4).
pub(crate) fn expand(input: &Input<'_>) -> TokenStream {
    let krate = &input.attrs.krate;
    let name = &input.ast.ident;
    let generics = bounds::generics(input);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = input.ast.generics.split_for_impl();
    let checks = input.fields().filter_map(|field| constant::check_skip(input, field));
    let imports = with::imports(input);
    let functions = input.visited().map(|field| constant::functions(input, field));
    let may_contain_cycles = constant::of_type(input);
    let visit = Ident::new("__gc_visit", Span::mixed_site());
    let bag = Ident::new("__gc_bag", Span::mixed_site());
    let traverse = body(input, &Method::Traverse(&visit));
    let clear = body(input, &Method::Clear);
    let unlink = body(input, &Method::Unlink(&bag));
    let unlink_shared = body(input, &Method::UnlinkShared(&bag));
    let with = input.fields().any(|field| matches!(field.plan, Plan::With(_)));
    let allow = with.then(|| quote!(#[allow(unused_unsafe)]));
    let implementation = quote! {
        #[automatically_derived]
        #allow
        unsafe impl #impl_generics #krate::PyGcIntegration for #name #ty_generics #where_clause {
            const MAY_CONTAIN_CYCLES: bool = #may_contain_cycles;
            #[inline]
            fn traverse(&self, #visit: #krate::__private::PyVisit<'_>)
                -> ::core::result::Result<(), #krate::__private::PyTraverseError>
            {
                #traverse
                ::core::result::Result::Ok(())
            }
            #[inline]
            fn clear(&mut self) {
                #clear
            }
            #[inline]
            fn unlink(&mut self, #bag: &mut #krate::Bag) where Self: 'static {
                #unlink
            }
            #[inline]
            fn unlink_shared(&self, #bag: &mut #krate::Bag) where Self: 'static {
                #unlink_shared
            }
        }
    };
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use #krate::__private::{NotForced as _, NotImplemented as _, NotRefused as _};
            #imports
            #(#checks)*
            #(#functions)*
            #implementation
        };
    }
}

/// A method of the trait, with the name of its argument.
pub(crate) enum Method<'a> {
    Traverse(&'a Ident),
    Clear,
    Unlink(&'a Ident),
    UnlinkShared(&'a Ident),
}

impl Method<'_> {
    fn argument(&self) -> Option<&Ident> {
        match self {
            Self::Traverse(argument) | Self::Unlink(argument) | Self::UnlinkShared(argument) => Some(argument),
            Self::Clear => None,
        }
    }

    /// How it borrows a field.
    fn by(&self) -> TokenStream {
        match self {
            Self::Traverse(_) | Self::UnlinkShared(_) => quote!(ref),
            Self::Clear | Self::Unlink(_) => quote!(ref mut),
        }
    }
}

/// Names every visited field of the variant at hand.
fn body(input: &Input<'_>, method: &Method<'_>) -> TokenStream {
    if input.visited().next().is_none() {
        return method.argument().map_or_else(TokenStream::new, |unused| quote!(let _ = #unused;));
    }
    let by = method.by();
    let arms = input.variants.iter().map(|variant| {
        let path = &variant.path;
        let fields = variant.visited().map(|Field { member, binding, .. }| quote!(#member: #by #binding,));
        let calls = variant.visited().map(|field| call(input, field, method));
        quote!(#path { #(#fields)* .. } => { #(#calls)* })
    });
    quote!(match *self { #(#arms)* })
}

/// One field. Every method names the trait in the same words and at the same place, so that a missing implementation is
/// one error.
fn call(input: &Input<'_>, field: &Field<'_>, method: &Method<'_>) -> TokenStream {
    let Field { ty, binding, label, .. } = field;
    let krate = &input.attrs.krate;
    if let Plan::With(module) = &field.plan {
        return with::call(krate, module, field, method);
    }
    let span = at(ty);
    let this = quote_spanned!(span=> <#ty as #krate::PyGcIntegration>);
    let call = match method {
        Method::Traverse(visit) => labelled(krate, label, &quote_spanned!(span=> #this::traverse(#binding, #visit))),
        Method::Clear => quote_spanned!(span=> #this::clear(#binding)),
        Method::Unlink(bag) => quote_spanned!(span=> #this::unlink(#binding, #bag)),
        Method::UnlinkShared(bag) => quote_spanned!(span=> #this::unlink_shared(#binding, #bag)),
    };
    let condition = constant::condition(input, field);
    quote_spanned!(span=> if #condition { #call; })
}

/// A traversal that knows its field, with the feature `introspect`.
pub(crate) fn labelled(krate: &Path, label: &str, traversal: &TokenStream) -> TokenStream {
    if introspect::names_edges() {
        quote!(#krate::__private::at_field(#label, || #traversal)?)
    } else {
        quote!(#traversal?)
    }
}

/// The place of the type in the source, but marked as written by a macro, so that lints leave it alone.
pub(crate) fn at(ty: &impl Spanned) -> Span {
    ty.span().resolved_at(Span::mixed_site())
}

/// The type of a field as it can be written outside the impl, where neither its lifetimes are known nor `Self`.
pub(crate) fn outside(input: &Input<'_>, ty: &Type) -> Type {
    let mut ty = ty.clone();
    Outside { ast: input.ast, elided: true }.visit_type_mut(&mut ty);
    ty
}

struct Outside<'a> {
    ast: &'a DeriveInput,
    /// Whether a lifetime that is not written is missing.
    elided: bool,
}

impl VisitMut for Outside<'_> {
    /// Not those that `for<'a>` declares inside the type.
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if self.elided && lifetime.ident == "_"
            || self.ast.generics.lifetimes().any(|one| one.lifetime.ident == lifetime.ident)
        {
            *lifetime = Lifetime::new("'static", lifetime.span());
        }
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if self.elided {
            reference.lifetime.get_or_insert_with(|| parse_quote!('static));
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    /// In `fn(&str)` no lifetime is missing: it is for all of them.
    fn visit_type_fn_ptr_mut(&mut self, pointer: &mut TypeFnPtr) {
        let outer = std::mem::replace(&mut self.elided, false);
        visit_mut::visit_type_fn_ptr_mut(self, pointer);
        self.elided = outer;
    }

    fn visit_parenthesized_generic_arguments_mut(&mut self, closure: &mut ParenthesizedGenericArguments) {
        let outer = std::mem::replace(&mut self.elided, false);
        visit_mut::visit_parenthesized_generic_arguments_mut(self, closure);
        self.elided = outer;
    }

    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        if ident == "Self" {
            let span = ident.span();
            *ident = self.ast.ident.clone();
            ident.set_span(span);
        }
    }
}
