fn name<T: Iterator>(_: T) {}
fn f() {
    name(Some([(1u8, 2u16, 3u32, 4u64, 5i8, 6i16); 3]).map(|x| Ok::<_, std::collections::HashMap<String, std::collections::BTreeMap<String, Vec<Option<Result<String, std::io::Error>>>>>>(x)));
}
