//! The model of a type that the later stages work on. A struct is an enum of one variant.

use crate::attr::{self, Skip, TypeAttrs};
use crate::bounds::Uses;
use crate::errors::Errors;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
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
    /// What the field is called in the generated code, whatever its own name is.
    pub(crate) binding: Ident,
    pub(crate) ty: &'a Type,
    pub(crate) uses: Uses<'a>,
    pub(crate) skip: Option<Skip>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(ast: &'a DeriveInput, errors: &mut Errors) -> Self {
        let attrs = attr::on_type(&ast.attrs, errors);
        let variants = match &ast.data {
            Data::Struct(data) => vec![variant(ast, None, &data.fields, errors)],
            Data::Enum(data) => data
                .variants
                .iter()
                .map(|one| {
                    attr::on_variant(&one.attrs, errors);
                    variant(ast, Some(&one.ident), &one.fields, errors)
                })
                .collect(),
            Data::Union(_) => Vec::new(),
        };
        Self { ast, attrs, variants }
    }

    pub(crate) fn visited(&self) -> impl Iterator<Item = &Field<'a>> {
        self.variants.iter().flat_map(Variant::visited)
    }
}

impl<'a> Variant<'a> {
    /// The fields that the derive visits. A function pointer owns nothing, and the trait cannot be implemented for all of them
    /// (`fn(&str)` is one type for all lifetimes).
    pub(crate) fn visited(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.skip.is_none() && !matches!(field.ty, Type::FnPtr(_)))
    }
}

fn variant<'a>(ast: &'a DeriveInput, name: Option<&Ident>, fields: &'a Fields, errors: &mut Errors) -> Variant<'a> {
    let path = name.map_or_else(|| quote!(Self), |name| quote!(Self::#name));
    let field = |(index, field): (usize, &'a syn::Field)| {
        let member = field.ident.clone().map_or_else(|| Member::from(index), Member::from);
        let own = match &member {
            Member::Named(ident) => ident.to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        Field {
            member,
            label: name.map_or_else(|| own.clone(), |variant| format!("{variant}.{own}")),
            binding: format_ident!("__gc_{index}", span = Span::mixed_site()),
            ty: &field.ty,
            uses: Uses::of(&field.ty, ast),
            skip: attr::on_field(&field.attrs, errors),
        }
    };
    Variant { path, fields: fields.iter().enumerate().map(field).collect() }
}
