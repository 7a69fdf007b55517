//! Writes the types and the classes of the tests. The seed decides what they are.

#[path = "generator/classes.rs"]
mod classes;
#[path = "src/random.rs"]
#[allow(unreachable_pub, reason = "the tests share it")]
mod random;
#[path = "generator/table.rs"]
mod table;
#[path = "generator/types.rs"]
mod types;

use random::Random;
use std::path::Path;

fn main() {
    for file in ["build.rs", "generator", "src/random.rs"] {
        println!("cargo:rerun-if-changed={file}");
    }
    let seed = variable("PYO3_GC_SEED", 1);
    let count = variable("PYO3_GC_TYPES", 240);
    let mut random = Random::new(seed);
    let types = types::all(&mut random, usize::try_from(count).expect("PYO3_GC_TYPES is too large"));
    let mut text = types::write(&types);
    text.push_str(&classes::write(&mut random, &types));
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&folder).join("generated.rs"), text).expect("cannot write into OUT_DIR");
    println!("cargo:rustc-env=PYO3_GC_SEED_OF_THIS_BUILD={seed}");
}

/// A number from the environment.
fn variable(name: &str, default: u64) -> u64 {
    println!("cargo:rerun-if-env-changed={name}");
    std::env::var(name)
        .map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number: {text}")))
}
