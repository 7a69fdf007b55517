use rand::Rng;

fn roll(rng: &mut impl Rng) {}
