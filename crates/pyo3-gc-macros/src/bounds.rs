//! What the type of a field mentions, and the bounds that follow from it.

use crate::field_attr::Plan;
use crate::input::Input;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{DeriveInput, GenericParam, Generics, Ident, Type, TypeParamBound, TypePath, WherePredicate, parse_quote};

/// What matters here about the names in the type of a field.
#[derive(Default)]
pub(crate) struct Uses<'a> {
    /// The type that is being derived for, by its name or as `Self`.
    pub(crate) itself: bool,
    /// A type or const parameter.
    pub(crate) parameter: bool,
    /// A `Py`.
    pub(crate) py: bool,
    /// A closure behind a pointer.
    pub(crate) closure: Option<Span>,
    /// `T` or `T::Item` where a value of it may be owned.
    owned: Vec<&'a TypePath>,
}

impl<'a> Uses<'a> {
    pub(crate) fn of(ty: &'a Type, ast: &'a DeriveInput) -> Self {
        Self::find(ast, |search| search.visit_type(ty))
    }

    pub(crate) fn of_path(path: &'a TypePath, ast: &'a DeriveInput) -> Self {
        Self::find(ast, |search| search.visit_type_path(path))
    }

    fn find(ast: &'a DeriveInput, visit: impl FnOnce(&mut Search<'a>)) -> Self {
        let mut search = Search { ast, found: Self::default(), nothing_owned: false };
        visit(&mut search);
        search.found
    }
}

struct Search<'a> {
    ast: &'a DeriveInput,
    found: Uses<'a>,
    /// Inside `PhantomData<..>` or `fn(..)`, or in `Py<..>`, which owns an object of Python and no value of the type.
    nothing_owned: bool,
}

impl Search<'_> {
    fn is_type_parameter(&self, name: &Ident) -> bool {
        self.ast.generics.type_params().any(|parameter| parameter.ident == *name)
    }

    fn starts_with_parameter(&self, path: &TypePath) -> bool {
        match &path.qself {
            Some(qself) => matches!(&*qself.ty, Type::Path(inner) if self.starts_with_parameter(inner)),
            None => path.path.segments.first().is_some_and(|first| self.is_type_parameter(&first.ident)),
        }
    }

    fn where_nothing_is_owned(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.nothing_owned, true);
        visit(self);
        self.nothing_owned = outer;
    }
}

impl<'a> Visit<'a> for Search<'a> {
    fn visit_type_path(&mut self, path: &'a TypePath) {
        if self.starts_with_parameter(path) {
            self.found.parameter = true;
            if !self.nothing_owned {
                self.found.owned.push(path);
            }
        } else if path.path.segments.last().is_some_and(|last| last.ident == "PhantomData" || last.ident == "Py") {
            self.where_nothing_is_owned(|search| visit::visit_type_path(search, path));
        } else {
            visit::visit_type_path(self, path);
        }
    }

    fn visit_type_fn_ptr(&mut self, pointer: &'a syn::TypeFnPtr) {
        self.where_nothing_is_owned(|search| visit::visit_type_fn_ptr(search, pointer));
    }

    fn visit_type_trait_object(&mut self, object: &'a syn::TypeTraitObject) {
        let is_closure = |bound: &TypeParamBound| match bound {
            TypeParamBound::Trait(bound) => {
                let last = bound.path.segments.last().map(|segment| segment.ident.to_string());
                matches!(last.as_deref(), Some("Fn" | "FnMut" | "FnOnce"))
            }
            _ => false,
        };
        if !self.nothing_owned && object.bounds.iter().any(is_closure) {
            self.found.closure.get_or_insert_with(|| object.span());
        }
        visit::visit_type_trait_object(self, object);
    }

    /// What a closure takes and returns it does not own.
    fn visit_parenthesized_generic_arguments(&mut self, arguments: &'a syn::ParenthesizedGenericArguments) {
        let py = self.found.py;
        visit::visit_parenthesized_generic_arguments(self, arguments);
        self.found.py = py;
    }

    fn visit_ident(&mut self, name: &'a Ident) {
        let this = name == "Self";
        self.found.itself |= this || *name == self.ast.ident;
        self.found.py |= name == "Py";
        self.found.parameter |= self.ast.generics.params.iter().any(|parameter| match parameter {
            GenericParam::Type(parameter) => this || parameter.ident == *name,
            GenericParam::Const(parameter) => this || parameter.ident == *name,
            GenericParam::Lifetime(_) => false,
        });
    }
}

/// The generics of the impl. Bounds on parameters and projections, never on the types of fields: a type that contains
/// itself would need its own implementation to prove that it has one.
pub(crate) fn generics(input: &Input<'_>) -> Generics {
    let krate = &input.attrs.krate;
    let mut generics = input.ast.generics.clone();
    if let Some(bound) = &input.attrs.bound {
        generics.make_where_clause().predicates.extend(bound.iter().cloned());
        return generics;
    }
    let mut owned: Vec<&TypePath> = Vec::new();
    let visited = input.visited().filter(|field| matches!(field.plan, Plan::Visit));
    for path in visited.flat_map(|field| &field.uses.owned) {
        if !owned.contains(path) {
            owned.push(path);
        }
    }
    if !owned.is_empty() {
        let bounds = owned.iter().map(|path| -> WherePredicate { parse_quote!(#path: #krate::PyGcIntegration) });
        generics.make_where_clause().predicates.extend(bounds);
    }
    generics
}
