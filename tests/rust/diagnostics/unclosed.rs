fn f() {
    if true {
}
