//! Types that can never own a Python reference (rule 4), so that nothing is ever asked of them.
//!
//! Left out on purpose, because they may hide one: `io::Error` (PyO3 puts a `PyErr` into it), `process::Command` (closures),
//! `thread::JoinHandle` and the ends of a channel (values on their way), raw pointers (they may point to a Python object that
//! their holder owns).

use std::marker::PhantomData;

// Numbers and the like.
leaf! {
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64, bool, char, (),
    std::num::NonZero<u8>, std::num::NonZero<u16>, std::num::NonZero<u32>, std::num::NonZero<u64>,
    std::num::NonZero<u128>, std::num::NonZero<usize>, std::num::NonZero<i8>, std::num::NonZero<i16>,
    std::num::NonZero<i32>, std::num::NonZero<i64>, std::num::NonZero<i128>, std::num::NonZero<isize>,
    std::num::FpCategory, std::cmp::Ordering, std::convert::Infallible, std::ops::RangeFull,
}

// Atomic numbers; an `AtomicPtr` is a raw pointer and therefore none of them.
leaf! {
    std::sync::atomic::AtomicBool, std::sync::atomic::AtomicUsize, std::sync::atomic::AtomicIsize,
    std::sync::atomic::AtomicU8, std::sync::atomic::AtomicI8, std::sync::atomic::AtomicU16,
    std::sync::atomic::AtomicI16, std::sync::atomic::AtomicU32, std::sync::atomic::AtomicI32,
    std::sync::atomic::Ordering,
}
#[cfg(target_has_atomic = "64")]
leaf! { std::sync::atomic::AtomicU64, std::sync::atomic::AtomicI64 }

// Text and paths, owned and borrowed; boxed ones follow from `Box<T>`.
leaf! {
    str, String, std::ffi::CStr, std::ffi::CString, std::ffi::OsStr, std::ffi::OsString, std::path::Path,
    std::path::PathBuf, &str, &std::ffi::CStr, &std::ffi::OsStr, &std::path::Path, &[u8],
}

// Time and the network.
leaf! {
    std::time::Duration, std::time::Instant, std::time::SystemTime,
    std::net::IpAddr, std::net::Ipv4Addr, std::net::Ipv6Addr, std::net::SocketAddr, std::net::SocketAddrV4,
    std::net::SocketAddrV6, std::net::TcpListener, std::net::TcpStream, std::net::UdpSocket, std::net::Shutdown,
}

// Files, streams and processes.
leaf! {
    std::fs::File, std::fs::Metadata, std::fs::FileType, std::fs::FileTimes, std::fs::Permissions,
    std::fs::OpenOptions, std::fs::DirBuilder, std::fs::DirEntry, std::fs::ReadDir,
    std::io::Stdin, std::io::Stdout, std::io::Stderr, std::io::Empty, std::io::Sink, std::io::Repeat,
    std::io::ErrorKind, std::io::SeekFrom,
    std::process::Child, std::process::ChildStdin, std::process::ChildStdout, std::process::ChildStderr,
    std::process::ExitCode, std::process::ExitStatus, std::process::Output, std::process::Stdio,
}
#[cfg(unix)]
leaf! {
    std::os::fd::OwnedFd, std::os::unix::net::SocketAddr, std::os::unix::net::UnixDatagram,
    std::os::unix::net::UnixListener, std::os::unix::net::UnixStream,
}
#[cfg(windows)]
leaf! { std::os::windows::io::OwnedHandle, std::os::windows::io::OwnedSocket }

// Threads, and what synchronises them without holding a value.
leaf! {
    std::thread::Builder, std::thread::Thread, std::thread::ThreadId, std::sync::Barrier, std::sync::Condvar, std::sync::Once,
    std::sync::WaitTimeoutResult, std::sync::BarrierWaitResult,
}

// Facts about types, memory and places in the source.
leaf! {
    std::any::TypeId, std::alloc::Layout, std::alloc::System, std::marker::PhantomPinned, std::backtrace::Backtrace,
    std::panic::Location<'_>, std::hash::DefaultHasher, std::hash::RandomState,
}
generic_leaf! { [H] std::hash::BuildHasherDefault<H>, [T] std::mem::Discriminant<T>, [T: ?Sized] PhantomData<T> }

// Errors that consist of numbers and text.
leaf! {
    std::alloc::LayoutError, std::array::TryFromSliceError, std::cell::BorrowError, std::cell::BorrowMutError,
    std::char::CharTryFromError, std::char::ParseCharError, std::char::TryFromCharError, std::char::DecodeUtf16Error,
    std::collections::TryReserveError, std::env::JoinPathsError, std::env::VarError,
    std::ffi::FromBytesUntilNulError, std::ffi::FromBytesWithNulError, std::ffi::FromVecWithNulError,
    std::ffi::IntoStringError, std::ffi::NulError, std::fmt::Error, std::net::AddrParseError,
    std::num::IntErrorKind, std::num::ParseFloatError, std::num::ParseIntError, std::num::TryFromIntError,
    std::path::StripPrefixError, std::str::ParseBoolError, std::str::Utf8Error, std::string::FromUtf16Error,
    std::string::FromUtf8Error, std::sync::mpsc::RecvError, std::sync::mpsc::RecvTimeoutError,
    std::sync::mpsc::TryRecvError, std::thread::AccessError, std::time::SystemTimeError,
    std::time::TryFromFloatSecsError,
}

// Weak pointers own nothing: other, strong owners report what is behind them. They are never upgraded here, because that
// would make this the last owner if the others let go meanwhile, and drop a Python object during a traversal (rule 3).
generic_leaf! { [T: ?Sized] std::rc::Weak<T>, [T: ?Sized] std::sync::Weak<T> }

// Function pointers: code, without anything captured. One with a lifetime of its own, `for<'a> fn(&'a str)`, is another type,
// for which the compiler accepts no second implementation (issue 56105 of Rust); the derive leaves out such a field by its form.
macro_rules! functions {
    () => {};
    ($first:ident $($rest:ident)*) => {
        generic_leaf! {
            [R, $first $(, $rest)*] fn($first $(, $rest)*) -> R,
            [R, $first $(, $rest)*] unsafe fn($first $(, $rest)*) -> R,
            [R, $first $(, $rest)*] extern "C" fn($first $(, $rest)*) -> R,
            [R, $first $(, $rest)*] unsafe extern "C" fn($first $(, $rest)*) -> R,
        }
        functions!($($rest)*);
    };
}
generic_leaf! { [R] fn() -> R, [R] unsafe fn() -> R, [R] extern "C" fn() -> R, [R] unsafe extern "C" fn() -> R }
functions!(A B C D E F G H I J K L);
