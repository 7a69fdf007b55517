//! `url`: addresses and their parts.

leaf! {
    url::Url, url::Origin, url::OpaqueOrigin, url::ParseError, url::Position, url::SyntaxViolation, url::Host<String>,
    url::Host<&str>,
}
