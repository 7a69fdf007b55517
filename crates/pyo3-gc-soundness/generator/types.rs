//! Types made of the table, of each other and of themselves, with a function that makes a value of each.

use crate::fields::{Fields, choose, fields};
use crate::random::Random;
use crate::ty::{MAKERS, PARAMETERS, Ty};
use std::fmt::Write;

pub(crate) struct Definition {
    pub(crate) itself: Ty,
    text: String,
    pub(crate) may_own: bool,
    contains_itself: bool,
}

/// What stands in angle brackets.
struct Generics {
    parameters: usize,
    /// `const N: usize`
    constant: bool,
    /// `'a`
    lifetime: bool,
}

impl Generics {
    fn choose(random: &mut Random) -> Self {
        let parameters = if random.chance(30) { 1 + random.below(2) } else { 0 };
        let constant = parameters == 1 && random.chance(30);
        Self { parameters, constant, lifetime: parameters == 0 && random.chance(15) }
    }

    /// The list with this bound on the types, and with this text for the constant.
    fn list(&self, bound: &str, constant: &str) -> String {
        let lifetime = self.lifetime.then(|| "'a".to_owned());
        let types = PARAMETERS[..self.parameters].iter().map(|name| format!("{name}{bound}"));
        let constant = self.constant.then(|| constant.to_owned());
        let all: Vec<String> = lifetime.into_iter().chain(types).chain(constant).collect();
        if all.is_empty() { String::new() } else { format!("<{}>", all.join(", ")) }
    }

    /// What stands in the place of the lifetime or of the constant where the type is used.
    fn suffix(&self) -> String {
        let text = if self.constant { "2" } else { "'static" };
        if self.constant || self.lifetime { text.to_owned() } else { String::new() }
    }
}

/// A definition after its name, the expression that makes a value, and all fields.
struct Form {
    keyword: &'static str,
    body: String,
    value: String,
    all: Fields,
}

fn structure(random: &mut Random, before: &[Definition], generics: &Generics) -> Form {
    let mut all = fields(random, before, generics.parameters);
    all.use_parameters(generics.parameters, generics.constant);
    if generics.lifetime {
        all.use_lifetime();
    }
    let named = random.chance(60);
    let (definition, value) = all.written(named);
    let body = if named { definition } else { format!("{definition};") };
    Form { keyword: "struct", body, value: format!("Self{value}"), all }
}

fn enumeration(random: &mut Random, before: &[Definition], generics: &Generics) -> Form {
    let count = 1 + random.below(4);
    let (mut body, mut arms, mut all) = (String::new(), String::new(), Fields::default());
    for variant in 0..count {
        let mut made = fields(random, before, generics.parameters);
        if variant + 1 == count {
            made.use_parameters(generics.parameters, generics.constant);
            if generics.lifetime {
                made.use_lifetime();
            }
        }
        let (definition, value) = made.written(random.chance(50));
        let pattern = if variant + 1 == count { "_".to_owned() } else { variant.to_string() };
        // Writing to a string cannot fail.
        let _ = write!(body, "V{variant}{definition}, ");
        let _ = write!(arms, "{pattern} => Self::V{variant}{value}, ");
        all.owns.append(&mut made.owns);
        all.itself |= made.itself;
        all.foreign |= made.foreign;
    }
    let value = format!("match source.variant({count}) {{ {arms}}}");
    Form { keyword: "enum", body: format!(" {{ {body}}}"), value, all }
}

/// One type, in one of the forms.
fn define(random: &mut Random, before: &[Definition], number: usize) -> Definition {
    let name = format!("T{number}");
    let generics = Generics::choose(random);
    let arguments: Vec<Ty> = (0..generics.parameters).map(|_| choose(random, before, 0, 2)).collect();
    let form = if random.chance(35) { enumeration } else { structure };
    let Form { keyword, body, value, all } = form(random, before, &generics);
    // A `Cow` that could lend a `T` for as long as it likes, and a `GcArc`, which is a Python object.
    let (bound, bound_of_make) = match (body.contains("GcArc<"), body.contains("'static, View<")) {
        (true, _) => (": 'static", ": PyGcIntegration + Send + Sync + 'static"),
        (false, true) => (": 'static", ": 'static"),
        (false, false) => ("", ""),
    };
    let maker = |index: usize| format!(", {}: Make<'_, {}>", MAKERS[index], PARAMETERS[index]);
    let makers = (0..generics.parameters).map(maker).collect::<Vec<_>>().concat();
    let text = format!(
        "#[derive(PyGcIntegration)]\npub(crate) {keyword} {name}{}{body}\n\
         impl{} {name}{} {{\n    pub(crate) fn make(source: &mut Source, reach: Reach{makers}) -> Self {{\n        \
         {value}\n    }}\n}}\n\n",
        generics.list(bound, "const N: usize"),
        generics.list(bound_of_make, "const N: usize"),
        generics.list("", "N"),
    );
    // With its own arguments: a value of another instance could own something else.
    let owns = all.foreign || all.owns.iter().any(|ty| ty.owns(&arguments));
    let contains_itself = all.itself || all.owns.iter().chain(&arguments).any(Ty::contains_itself);
    let weight = 1 + all.owns.iter().map(Ty::weight).sum::<usize>();
    Definition {
        itself: Ty::Named { name, arguments, suffix: generics.suffix(), owns, contains_itself, weight },
        text,
        may_own: owns,
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
             make: |source| {{ let reach = Reach::default(); Box::new({}) }} }},",
            one.may_own,
            one.contains_itself,
            stays.contains(&number),
            one.itself.make(0)
        );
    }
    text.push_str("];\n\n");
    text
}
