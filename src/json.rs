//! JSON of this crate's own types.

use serde::Serialize;

/// `value` as JSON on one line.
pub(crate) fn line<T: Serialize + ?Sized>(value: &T) -> String {
    #[allow(clippy::expect_used, reason = "fails for maps without string keys; there are none")]
    serde_json::to_string(value).expect("own types are JSON")
}

/// One value a line.
pub(crate) fn lines<T: Serialize>(values: &[T]) -> String {
    values.iter().map(|value| line(value) + "\n").collect()
}
