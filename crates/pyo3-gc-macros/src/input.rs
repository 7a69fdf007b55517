//! The model of a type that the later stages work on. A struct is an enum of one variant.

use crate::attr::{self, TypeAttrs};
use crate::bounds::Uses;
use crate::errors::Errors;
use crate::field_attr::{self, Plan};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Ident, Member, Type};

pub(crate) struct Input<'a> {
    pub(crate) ast: &'a DeriveInput,
    pub(crate) attrs: TypeAttrs,
    pub(crate) variants: Vec<Variant<'a>>,
}

pub(crate) struct Variant<'a> {
    /// `Self` or `Self::Name`.
    pub(crate) path: TokenStream,
    pub(crate) fields: Vec<Field<'a>>,
}

pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    /// How messages name the field: `name`, `0`, `Variant.name`.
    pub(crate) label: String,
    /// What the field is called in the generated code, whatever its own name is. No other field of the type is called so.
    pub(crate) binding: Ident,
    pub(crate) ty: &'a Type,
    pub(crate) uses: Uses<'a>,
    pub(crate) plan: Plan,
}

impl<'a> Input<'a> {
    pub(crate) fn new(ast: &'a DeriveInput, errors: &mut Errors) -> Self {
        let attrs = attr::on_type(&ast.attrs, errors);
        let mut count = 0;
        let variants = match &ast.data {
            Data::Struct(data) => vec![variant(ast, None, &data.fields, &mut count, errors)],
            Data::Enum(data) => {
                data.variants.iter().map(|one| variant(ast, Some(one), &one.fields, &mut count, errors)).collect()
            }
            Data::Union(_) => Vec::new(),
        };
        Self { ast, attrs, variants }
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field<'a>> {
        self.variants.iter().flat_map(|variant| &variant.fields)
    }

    pub(crate) fn visited(&self) -> impl Iterator<Item = &Field<'a>> {
        self.variants.iter().flat_map(Variant::visited)
    }
}

impl<'a> Variant<'a> {
    /// The fields that the derive visits. A function pointer owns nothing, and the trait cannot be implemented for all of them
    /// (`fn(&str)` is one type for all lifetimes).
    pub(crate) fn visited(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| !matches!(field.plan, Plan::Skip(_)) && !matches!(field.ty, Type::FnPtr(_)))
    }
}

fn variant<'a>(
    ast: &'a DeriveInput,
    variant: Option<&'a syn::Variant>,
    fields: &'a Fields,
    count: &mut usize,
    errors: &mut Errors,
) -> Variant<'a> {
    let name = variant.map(|variant| &variant.ident);
    let path = name.map_or_else(|| quote!(Self), |name| quote!(Self::#name));
    let skip = variant.and_then(|variant| field_attr::on_variant(&variant.attrs, errors));
    let field = |(index, field): (usize, &'a syn::Field)| {
        let member = field.ident.clone().map_or_else(|| Member::from(index), Member::from);
        let own = match &member {
            Member::Named(ident) => ident.to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        let plan = field_attr::on_field(&field.attrs, errors);
        let plan = match (&skip, plan) {
            (Some(skip), Plan::Visit) => Plan::Skip(skip.clone()),
            (Some(_), plan) => {
                errors.push(
                    field.span(),
                    "the variant is skipped as a whole, so this field needs no attribute of its own",
                );
                plan
            }
            (None, plan) => plan,
        };
        *count += 1;
        Field {
            member,
            label: name.map_or_else(|| own.clone(), |variant| format!("{variant}.{own}")),
            binding: format_ident!("__gc_{count}", span = Span::mixed_site()),
            ty: peel(&field.ty),
            uses: Uses::of(&field.ty, ast),
            plan,
        }
    };
    Variant { path, fields: fields.iter().enumerate().map(field).collect() }
}

/// The type without the invisible brackets around what a `macro_rules` macro was given, so that errors are at the user's code.
pub(crate) fn peel(mut ty: &Type) -> &Type {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    ty
}
