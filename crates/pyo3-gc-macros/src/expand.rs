//! The tokens of the implementation.

use crate::bounds;
use crate::input::{Field, Input};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Ident, Lifetime, Path, Type, TypeReference, parse_quote};

/// The implementation is right by construction: every method names every field once, except those that the user leaves out, so
/// rules 1 to 5 of the trait hold for the type if they hold for its fields; and the constant is `false` only if that of each
/// field is (rule 4).
pub(crate) fn expand(input: &Input<'_>) -> TokenStream {
    let krate = &input.attrs.krate;
    let name = &input.ast.ident;
    let generics = bounds::generics(input);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = input.ast.generics.split_for_impl();
    let checks = input.variants.iter().flat_map(|variant| &variant.fields).filter_map(|field| check_skip(input, field));
    let may_contain_cycles = may_contain_cycles(input);
    let visit = Ident::new("__gc_visit", Span::mixed_site());
    let bag = Ident::new("__gc_bag", Span::mixed_site());
    let traverse = body(input, &Method::Traverse(&visit));
    let clear = body(input, &Method::Clear);
    let unlink = body(input, &Method::Unlink(&bag));
    let unlink_shared = body(input, &Method::UnlinkShared(&bag));
    quote! {
        #(#checks)*
        #[automatically_derived]
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
    }
}

/// A method of the trait, with the name of its argument.
enum Method<'a> {
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
        let calls = variant.visited().map(|field| call(&input.attrs.krate, field, method));
        quote!(#path { #(#fields)* .. } => { #(#calls)* })
    });
    quote!(match *self { #(#arms)* })
}

/// One field. Every method names the trait in the same words and at the same place, so that a missing implementation is
/// one error.
fn call(krate: &Path, Field { ty, binding, label, .. }: &Field<'_>, method: &Method<'_>) -> TokenStream {
    let span = at(ty);
    let this = quote_spanned!(span=> <#ty as #krate::PyGcIntegration>);
    let call = match method {
        Method::Traverse(visit) if cfg!(feature = "introspect") => {
            quote_spanned!(span=> #krate::__private::at_field(#label, || #this::traverse(#binding, #visit))?)
        }
        Method::Traverse(visit) => quote_spanned!(span=> #this::traverse(#binding, #visit)?),
        Method::Clear => quote_spanned!(span=> #this::clear(#binding)),
        Method::Unlink(bag) => quote_spanned!(span=> #this::unlink(#binding, #bag)),
        Method::UnlinkShared(bag) => quote_spanned!(span=> #this::unlink_shared(#binding, #bag)),
    };
    quote_spanned!(span=> if #this::MAY_CONTAIN_CYCLES { #call; })
}

/// The place of the type in the source, but marked as written by a macro, so that lints leave it alone.
fn at(ty: &Type) -> Span {
    ty.span().resolved_at(Span::mixed_site())
}

/// A field that contains the type itself would need the answer to give it, so such a type says `true`. The others are
/// calls, of which the compiler evaluates only those that it needs, and fields with a `Py` go first: that is what ends the
/// search when two types contain each other.
fn may_contain_cycles(input: &Input<'_>) -> TokenStream {
    if input.attrs.may_contain_cycles || input.visited().any(|field| field.uses.itself) {
        return quote!(true);
    }
    let (first, rest): (Vec<_>, Vec<_>) = input.visited().partition(|field| field.uses.py);
    let (functions, calls): (Vec<_>, Vec<_>) =
        first.into_iter().chain(rest).enumerate().map(|one| question(input, one)).unzip();
    if calls.is_empty() { quote!(false) } else { quote!({ #(#functions)* #(#calls)||* }) }
}

/// The call that asks a field, and the function that it calls. The function names the trait in the words of [`call`], again
/// so that a missing implementation is one error; it cannot do so for a type that depends on a parameter.
fn question(input: &Input<'_>, (index, field): (usize, &Field<'_>)) -> (TokenStream, TokenStream) {
    let krate = &input.attrs.krate;
    let span = at(field.ty);
    if field.uses.parameter {
        let ty = field.ty;
        return (TokenStream::new(), quote_spanned!(span=> #krate::may_contain_cycles::<#ty>()));
    }
    let ty = outside(input, field.ty);
    let name = format_ident!("field_{index}", span = span);
    let function = quote_spanned! {span=>
        const fn #name() -> bool {
            <#ty as #krate::PyGcIntegration>::MAY_CONTAIN_CYCLES
        }
    };
    (function, quote_spanned!(span=> #name()))
}

/// A field that is skipped without a reason must not implement the trait, and its type must not name a `Py`: that is a
/// reference in a type that cannot be seen through, such as a lock, and skipping it is the leak itself.
fn check_skip(input: &Input<'_>, field: &Field<'_>) -> Option<TokenStream> {
    let skip = field.skip.as_ref().filter(|skip| !skip.reason)?;
    let krate = &input.attrs.krate;
    let ty = outside(input, field.ty);
    let implemented = format!(
        "field `{}` is skipped, but its type implements `PyGcIntegration`; remove the attribute, or say why nothing is lost: \
         `#[pyo3_gc(skip = \"reason\")]`",
        field.label
    );
    let hidden = format!(
        "field `{}` is skipped, but its type names `Py`, so that the collector would not see what it owns; keep the `Py` in a \
         type that implements `PyGcIntegration`, or say why nothing is lost: `#[pyo3_gc(skip = \"reason\")]`",
        field.label
    );
    let span = skip.span.resolved_at(Span::mixed_site());
    let hides = field.uses.py.then(|| quote_spanned!(span=> ::core::assert!(IMPLEMENTED, #hidden);));
    Some(quote_spanned! {span=>
        const _: () = {
            #[allow(unused_imports)]
            use #krate::__private::NotImplemented as _;
            const IMPLEMENTED: bool = #krate::__private::Probe::<#ty>::IMPLEMENTED;
            ::core::assert!(!IMPLEMENTED, #implemented);
            #hides
        };
    })
}

/// The type of a field as it can be written outside the impl, where neither its lifetimes are known nor `Self`.
fn outside(input: &Input<'_>, ty: &Type) -> Type {
    let mut ty = ty.clone();
    Outside { name: &input.ast.ident }.visit_type_mut(&mut ty);
    ty
}

struct Outside<'a> {
    name: &'a Ident,
}

impl VisitMut for Outside<'_> {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        *lifetime = Lifetime::new("'static", lifetime.span());
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        reference.lifetime = Some(parse_quote!('static));
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        if ident == "Self" {
            *ident = Ident::new(&self.name.to_string(), ident.span());
        }
    }
}
