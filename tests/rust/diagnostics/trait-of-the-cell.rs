use pyo3::prelude::*;

trait Shape {
    fn area(&self) -> f64;
}

struct Circle(f64);

impl Shape for Circle {
    fn area(&self) -> f64 {
        self.0 * self.0 * 3.14
    }
}

struct Square(f64);

#[pyfunction]
fn area(side: f64) -> f64 {
    total(&[Square(side)])
}

fn total<T: Shape>(shapes: &[T]) -> f64 {
    shapes.iter().map(T::area).sum()
}
