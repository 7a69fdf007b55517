//! Types made of the table, of each other and of themselves, with a function that makes a value of each.

use crate::random::Random;
use crate::table::{LEAVES, Leaf, OBJECTS, SHAPES, Shape};
use std::fmt::Write;

/// The type of a field.
#[derive(Clone)]
pub(crate) enum Ty {
    Leaf(&'static Leaf),
    Of(&'static Shape, Vec<Ty>),
    /// A type that was generated before, with arguments.
    Named {
        name: String,
        arguments: Vec<Ty>,
        suffix: String,
        owns: bool,
        contains_itself: bool,
        weight: usize,
    },
    /// One of the parameters of the type that is being written.
    Parameter(usize),
    /// The type itself, behind something that can be empty.
    Itself {
        ty: &'static str,
        make: &'static str,
    },
}

const PARAMETERS: [&str; 2] = ["A", "B"];
const MAKERS: [&str; 2] = ["a", "b"];
const ITSELF: [Ty; 3] = [
    Ty::Itself {
        ty: "Option<Box<Self>>",
        make: "source.flip().then(|| Box::new(Self::make(source, reach.emptied(){makers})))",
    },
    Ty::Itself {
        ty: "Vec<Self>",
        make: "(0..source.length()).map(|_| Self::make(source, reach.emptied(){makers})).collect()",
    },
    Ty::Itself {
        ty: "OnOneThread<std::cell::RefCell<Option<Box<Self>>>>",
        make: "OnOneThread(std::cell::RefCell::new(source.flip().then(|| Box::new(Self::make(source, reach.cell().emptied(){makers})))))",
    },
];

impl Ty {
    pub(crate) fn ty(&self) -> String {
        let parts = |text: &str, parts: &[Self]| {
            parts
                .iter()
                .enumerate()
                .fold(text.to_owned(), |text, (index, part)| text.replace(&format!("{{{index}}}"), &part.ty()))
        };
        match self {
            Self::Leaf(leaf) => leaf.ty.to_owned(),
            Self::Of(shape, of) => parts(shape.ty, of),
            Self::Named { name, arguments, suffix, .. } => format!("{name}{}", angles(arguments, suffix)),
            Self::Parameter(index) => PARAMETERS[*index].to_owned(),
            Self::Itself { ty, .. } => (*ty).to_owned(),
        }
    }

    /// An expression that makes a value; `parameters` is how many parameters the type around it has.
    pub(crate) fn make(&self, parameters: usize) -> String {
        match self {
            Self::Leaf(leaf) => leaf.make.to_owned(),
            Self::Of(shape, of) => {
                of.iter().zip(shape.through).enumerate().fold(shape.make.to_owned(), |text, (index, (part, step))| {
                    let made = format!("({{ let reach = reach.{step}(); {} }})", part.make(parameters));
                    text.replace(&format!("{{{index}}}"), &made)
                })
            }
            Self::Named { name, arguments, suffix, .. } => {
                let makers: String = arguments
                    .iter()
                    .map(|argument| format!(", &mut |source: &mut Source, reach: Reach| {}", argument.make(parameters)))
                    .collect();
                format!("<{name}{}>::make(source, reach{makers})", angles(arguments, suffix))
            }
            Self::Parameter(index) => format!("{}(source, reach)", MAKERS[*index]),
            Self::Itself { make, .. } => {
                let makers: String = MAKERS[..parameters].iter().map(|maker| format!(", {maker}")).collect();
                make.replace("{makers}", &makers)
            }
        }
    }

    /// Whether it may own an object, if the arguments are these.
    fn owns(&self, arguments: &[Self]) -> bool {
        match self {
            Self::Leaf(leaf) => leaf.owns,
            Self::Of(shape, of) => shape.owns || of.iter().any(|part| part.owns(arguments)),
            Self::Named { arguments: inner, owns, .. } => *owns || inner.iter().any(|part| part.owns(arguments)),
            Self::Parameter(index) => arguments.get(*index).is_some_and(|part| part.owns(&[])),
            Self::Itself { .. } => false,
        }
    }

    /// Whether a type in it contains itself.
    fn contains_itself(&self) -> bool {
        match self {
            Self::Of(_, of) => of.iter().any(Self::contains_itself),
            Self::Named { arguments, contains_itself, .. } => {
                *contains_itself || arguments.iter().any(Self::contains_itself)
            }
            Self::Leaf(_) | Self::Parameter(_) => false,
            Self::Itself { .. } => true,
        }
    }

    /// About how many objects a value has at least.
    fn weight(&self) -> usize {
        match self {
            Self::Leaf(_) | Self::Parameter(_) => 1,
            Self::Of(shape, of) => shape.weight * of.iter().map(Self::weight).sum::<usize>(),
            Self::Named { arguments, weight, .. } => {
                weight + weight * arguments.iter().map(Self::weight).sum::<usize>()
            }
            Self::Itself { .. } => 0,
        }
    }
}

fn angles(arguments: &[Ty], suffix: &str) -> String {
    let all: Vec<String> =
        arguments.iter().map(Ty::ty).chain((!suffix.is_empty()).then(|| suffix.to_owned())).collect();
    if all.is_empty() { String::new() } else { format!("<{}>", all.join(", ")) }
}

struct Field {
    attribute: &'static str,
    ty: String,
    make: String,
}

pub(crate) struct Definition {
    pub(crate) itself: Ty,
    text: String,
    generic: bool,
    pub(crate) may_own: bool,
    contains_itself: bool,
}

/// Of everything that can be chosen, the more complex with less probability in the depth.
fn choose(random: &mut Random, before: &[Definition], parameters: usize, depth: usize) -> Ty {
    let roll = random.below(100);
    if depth < 3 && roll < 50 {
        let shape = random.pick(SHAPES);
        let of = shape.through.iter().map(|_| choose(random, before, parameters, depth + 1)).collect();
        return Ty::Of(shape, of);
    }
    if roll < 65 && parameters > 0 {
        return Ty::Parameter(random.below(parameters));
    }
    if roll < 75 && depth < 2 && !before.is_empty() {
        let earlier = &random.pick(before).itself;
        if earlier.weight() < 6 {
            return earlier.clone();
        }
    }
    Ty::Leaf(if roll < 93 { random.pick(OBJECTS) } else { random.pick(LEAVES) })
}

const FIELD_NAMES: [&str; 8] = ["first", "r#type", "visit", "bag", "slf", "__gc_0", "result", "last"];

/// The fields of a struct or of a variant, and whether they own anything.
struct Fields {
    list: Vec<Field>,
    owns: Vec<Ty>,
    itself: bool,
}

fn fields(random: &mut Random, before: &[Definition], parameters: usize) -> Fields {
    let mut made = Fields { list: Vec::new(), owns: Vec::new(), itself: false };
    for index in 0..(random.below(6)).min(4) {
        let roll = random.below(100);
        let mut field = |attribute, ty: &str, make: &str| {
            made.list.push(Field { attribute, ty: ty.to_owned(), make: make.to_owned() })
        };
        match roll {
            0..4 => field("#[pyo3_gc(skip)] ", "Opaque", "Opaque(1)"),
            4..8 => field("#[pyo3(gc = false)] ", "Opaque", "Opaque::default()"),
            8..14 => {
                field(
                    "#[pyo3_gc(skip = \"the test counts it\")] ",
                    "Option<Py<PyAny>>",
                    "source.flip().then(|| source.hidden())",
                );
            }
            14..24 => {
                let ty = random.pick(&ITSELF).clone();
                field("", &ty.ty(), &ty.make(parameters));
                made.itself = true;
            }
            _ => {
                // Every parameter must be used somewhere.
                let ty = if index < parameters && roll < 60 {
                    Ty::Parameter(index)
                } else {
                    choose(random, before, parameters, 0)
                };
                field("", &ty.ty(), &ty.make(parameters));
                made.owns.push(ty);
            }
        }
    }
    made
}

/// The fields as they are written in a definition, and in an expression.
fn written(fields: &[Field], named: bool, prefix: &str) -> (String, String) {
    let (mut definition, mut value) = (String::new(), String::new());
    for (field, name) in fields.iter().zip(FIELD_NAMES) {
        let label = if named { format!("{name}: ") } else { String::new() };
        let visibility = if prefix.is_empty() { "" } else { "pub(crate) " };
        let _ = write!(definition, "{}{visibility}{label}{}, ", field.attribute, field.ty);
        let _ = write!(value, "{label}{}, ", field.make);
    }
    match (named, fields.is_empty()) {
        (true, _) => (format!(" {{ {definition}}}"), format!(" {{ {value}}}")),
        (false, true) => (String::new(), String::new()),
        (false, false) => (format!("({definition})"), format!("({value})")),
    }
}

/// One type, in one of the forms.
fn define(random: &mut Random, before: &[Definition], number: usize) -> Definition {
    let name = format!("T{number}");
    let parameters = if random.chance(30) { 1 + random.below(2) } else { 0 };
    let constant = parameters == 1 && random.chance(30);
    let lifetime = parameters == 0 && random.chance(15);
    let arguments: Vec<Ty> = (0..parameters).map(|_| choose(random, before, 0, 2)).collect();
    let (mut owns, mut itself) = (Vec::new(), false);
    let mut take = |made: &Fields| {
        owns.extend(made.owns.iter().cloned());
        itself |= made.itself;
    };
    let enumeration = random.chance(35);
    let (body, value) = if enumeration {
        let count = 1 + random.below(4);
        let (mut body, mut arms) = (String::new(), String::new());
        for variant in 0..count {
            let made = fields(random, before, parameters);
            take(&made);
            let (definition, value) = written(&made.list, random.chance(50), "");
            let _ = write!(body, "V{variant}{definition}, ");
            let pattern = if variant + 1 == count { "_".to_owned() } else { variant.to_string() };
            let _ = write!(arms, "{pattern} => Self::V{variant}{value}, ");
        }
        // A parameter that no other variant uses, and the pieces that only some types have.
        let mut uses: String =
            PARAMETERS[..parameters].iter().map(|parameter| format!("Option<{parameter}>, ")).collect();
        for parameter in 0..parameters {
            take(&Fields { list: vec![], owns: vec![Ty::Parameter(parameter)], itself: false });
        }
        if constant {
            uses.push_str("[u8; N], ");
        }
        if lifetime {
            uses.push_str("&'a str, ");
        }
        if !uses.is_empty() {
            let _ = write!(body, "Uses({uses}), ");
        }
        (format!(" {{ {body}}}"), format!("match source.variant({count}) {{ {arms}}}"))
    } else {
        let mut made = fields(random, before, parameters);
        take(&made);
        let named = random.chance(60);
        for parameter in 0..parameters {
            let ty = if constant {
                Field {
                    attribute: "",
                    ty: format!("[{}; N]", PARAMETERS[parameter]),
                    make: format!("std::array::from_fn(|_| {}(source, reach))", MAKERS[parameter]),
                }
            } else {
                let ty = Ty::Parameter(parameter);
                Field { attribute: "", ty: ty.ty(), make: ty.make(parameters) }
            };
            made.list.push(ty);
            take(&Fields { list: vec![], owns: vec![Ty::Parameter(parameter)], itself: false });
        }
        if lifetime {
            made.list.push(Field { attribute: "", ty: "&'a str".to_owned(), make: "\"static\"".to_owned() });
        }
        let (definition, value) = written(&made.list, named, "pub(crate) ");
        (if named { definition } else { format!("{definition};") }, format!("Self{value}"))
    };
    let declared: Vec<&str> =
        lifetime.then_some("'a").into_iter().chain(PARAMETERS[..parameters].iter().copied()).collect();
    // A `Cow` that could lend a `T` for as long as it likes, and a `GcArc`, which is a Python object.
    let lent = body.contains("'static, View<");
    let shared = body.contains("GcArc<");
    let bounded = |bound: &str| -> Vec<String> {
        let names = declared.iter().map(|name| format!("{name}{}", if *name == "'a" { "" } else { bound }));
        names.chain(constant.then(|| "const N: usize".to_owned())).collect()
    };
    let with_constant = bounded(if lent || shared { ": 'static" } else { "" });
    let for_make = match (shared, lent) {
        (true, _) => bounded(": PyGcIntegration + Send + Sync + 'static"),
        (false, true) => bounded(": 'static"),
        (false, false) => bounded(""),
    };
    let used: Vec<String> =
        declared.iter().map(|name| (*name).to_owned()).chain(constant.then(|| "N".to_owned())).collect();
    let list = |parts: &[String]| if parts.is_empty() { String::new() } else { format!("<{}>", parts.join(", ")) };
    let makers: String =
        (0..parameters).map(|one| format!(", {}: Make<'_, {}>", MAKERS[one], PARAMETERS[one])).collect();
    let keyword = if enumeration { "enum" } else { "struct" };
    let text = format!(
        "#[derive(PyGcIntegration)]\npub(crate) {keyword} {name}{}{body}\n\
         impl{} {name}{} {{\n    pub(crate) fn make(source: &mut Source, reach: Reach{makers}) -> Self {{\n        {value}\n    }}\n}}\n\n",
        list(&with_constant),
        list(&for_make),
        list(&used),
    );
    // With its own arguments: a value of another instance could own something else.
    let owns_with = owns.iter().any(|ty| ty.owns(&arguments));
    let suffix = if constant {
        "2"
    } else if lifetime {
        "'static"
    } else {
        ""
    }
    .to_owned();
    let contains_itself = itself || owns.iter().chain(&arguments).any(Ty::contains_itself);
    let weight = 1 + owns.iter().map(Ty::weight).sum::<usize>();
    Definition {
        itself: Ty::Named { name, arguments, suffix, owns: owns_with, contains_itself, weight },
        text,
        generic: parameters > 0,
        may_own: owns_with,
        contains_itself,
    }
}

pub(crate) fn all(random: &mut Random, count: usize) -> Vec<Definition> {
    let mut types = Vec::new();
    for number in 0..count {
        let next = define(random, &types, number);
        types.push(next);
    }
    types
}

/// The definitions, and the table of all of them.
pub(crate) fn write(types: &[Definition]) -> String {
    let mut text: String = types.iter().map(|one| one.text.as_str()).collect();
    text.push_str("pub static TYPES: &[Instantiated] = &[\n");
    let mut stays: Vec<usize> = Vec::new();
    for (number, one) in types.iter().enumerate() {
        let ty = one.itself.ty();
        let mentioned = format!("{ty} {}", one.text);
        let mentions = |other: &usize| {
            let name = format!("T{other}");
            mentioned.split(&name).skip(1).any(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
        };
        if mentioned.contains("OnOneThread") || stays.iter().any(mentions) {
            stays.push(number);
        }
        let _ = writeln!(
            text,
            "    Instantiated {{ name: {ty:?}, may_own: {}, contains_itself: {}, on_one_thread: {}, \
             may_contain_cycles: <{ty} as PyGcIntegration>::MAY_CONTAIN_CYCLES, \
             make: |source| {{ let reach = Reach::default(); Box::new({}) }} }}, // generic: {}",
            one.may_own,
            one.contains_itself,
            stays.contains(&number),
            one.itself.make(0),
            one.generic
        );
    }
    text.push_str("];\n\n");
    text
}
