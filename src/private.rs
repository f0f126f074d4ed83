//! The two sealed values: [`Private`] for what came in, [`Local`] for what was made of it.
//!
//! Both are opaque outside this crate and wiped when dropped. Inside, the ways to their content
//! are `look_inside` and, for a source that takes a stream in piece by piece, `fill`:
//! `grep -rnE 'look_inside\(\)|\.fill\(' src` lists every place that sees private data.

use zeroize::Zeroize;

/// A value that came from a private source and stays in.
///
/// It has no `Debug`, `Display`, `Clone`, `PartialEq`, `Serialize` or `Deref`, and no public way
/// to its content; its memory is wiped when it is dropped.
///
/// ```
/// # #[cfg(feature = "clipboard")]
/// fn dropped(text: pinhole::clipboard::Text) {}
/// ```
///
/// ```compile_fail,E0277
/// fn shown(text: &pinhole::clipboard::Text) -> String {
///     format!("{text:?}")
/// }
/// ```
pub struct Private<T: Zeroize>(T);

impl<T: Zeroize> Private<T> {
    /// Takes the value in. Only a path's `source.rs` calls this.
    pub(crate) fn seal(value: T) -> Self {
        Self(value)
    }

    /// The content, for a recogniser. Each call says in a comment why it looks.
    pub(crate) fn look_inside(&self) -> &T {
        &self.0
    }

    /// Lets `write` add to the content, for a source that takes in piece by piece.
    pub(crate) fn fill<R>(&mut self, write: impl FnOnce(&mut T) -> R) -> R {
        write(&mut self.0)
    }
}

impl<T: Zeroize> Drop for Private<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A result that is good for this process only: made of private data, handed on to a renderer,
/// never serialised, compared or sent. Wiped when it is dropped.
///
/// A host holds it and passes it on; it learns how many there are, and nothing of what is inside.
///
/// ```
/// # #[cfg(feature = "face")]
/// fn held(faces: pinhole::Local<pinhole::face::Faces>) -> usize {
///     faces.count()
/// }
/// ```
///
/// ```compile_fail,E0599
/// fn copied(faces: &pinhole::Local<pinhole::face::Faces>) {
///     let copy = (*faces).clone();
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn shown(faces: pinhole::Local<pinhole::face::Faces>) -> String {
///     format!("{faces:?}")
/// }
/// ```
///
/// ```compile_fail,E0277
/// # fn f(home: &pinhole::Home, faces: pinhole::face::Faces,
/// #      permit: &pinhole::Permit<pinhole::purpose::FaceEffects>) {
/// home.gate().release(faces, permit);
/// # }
/// ```
pub struct Local<T: Zeroize>(T);

impl<T: Zeroize> Local<T> {
    /// Closes a recogniser's result.
    pub(crate) fn keep(value: T) -> Self {
        Self(value)
    }

    /// The content, for a renderer. Each call says in a comment why it looks.
    pub(crate) fn look_inside(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Local<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::{Local, Private};
    use std::cell::Cell;
    use std::rc::Rc;
    use zeroize::Zeroize;

    struct Witness(Rc<Cell<bool>>);

    impl Zeroize for Witness {
        fn zeroize(&mut self) {
            self.0.set(true);
        }
    }

    #[test]
    fn dropping_wipes() {
        let (private, local) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
        let sealed = (Private::seal(Witness(private.clone())), Local::keep(Witness(local.clone())));
        assert!(!private.get() && !local.get());
        drop(sealed);
        assert!(private.get() && local.get());
    }
}
