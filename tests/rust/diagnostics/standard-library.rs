fn f() {
    let own = std::rc::Rc::new(1);
    std::thread::spawn(move || drop(own));
}
