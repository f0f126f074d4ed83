use ndarray::ArrayViewMut3;

use crate::beauty::look::{Look, Strengths};
use crate::beauty::region::{Patch, Region};
use crate::beauty::{mask, smooth};
use crate::error::{Error, Result};
use crate::face::Faces;
use crate::private::Local;

impl Look {
    /// Renders this look on every face, in place. `frame` is `[height, width, 3]`, RGB, upright:
    /// the picture that the faces were found in. Rows may be padded.
    ///
    /// What lies outside the masks of the faces keeps every byte; without a face, or with every
    /// strength 0, so does the whole frame. The same input gives the same bytes for any number of
    /// threads.
    ///
    /// The result is the caller's; nothing else is made or kept.
    ///
    /// # Errors
    ///
    /// Where the frame has not three channels, or the pixels of a row do not follow each other.
    ///
    /// # Complexity
    ///
    /// Linear in the pixels of the faces' regions, whatever the size of the frame. The masks and
    /// filters of one face at a time take about 40 bytes for each pixel of its region.
    pub fn render(&self, faces: &Local<Faces>, mut frame: ArrayViewMut3<'_, u8>) -> Result<()> {
        let (height, width, channels) = frame.dim();
        if channels != 3 {
            return Err(Error::input("frame", "the shape is not [height, width, 3]"));
        }
        if self.strengths == Strengths::default() {
            return Ok(());
        }
        // Looks to know where the effects go: into the caller's own pixels, and no further.
        for face in faces.look_inside().iter() {
            if let Some(region) = Region::around(face, width, height) {
                let patch = region.cut(frame.view_mut())?;
                self.render_face(&region, patch);
            }
        }
        Ok(())
    }

    /// The effects in their order.
    fn render_face(&self, region: &Region<'_>, mut patch: Patch<'_>) {
        let skin = mask::skin(region, &patch);
        smooth::apply(&mut patch, &skin, region.face_width, self.strengths.smooth);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, Axis, s};
    use rayon::prelude::*;

    use crate::beauty::region::Region;
    use crate::beauty::{Look, mask, sample};
    use crate::face::{Face, LANDMARKS};

    fn smooth(strength: &str) -> Look {
        let mut look = Look::named("none").unwrap();
        look.set("smooth", strength).unwrap();
        look
    }

    fn rendered(look: &Look, faces: impl IntoIterator<Item = Face>) -> Array3<u8> {
        let mut frame = sample::astronaut().pixels;
        look.render(&sample::faces(faces), frame.view_mut()).unwrap();
        frame
    }

    #[test]
    fn nothing_to_do_changes_no_byte() {
        let before = sample::astronaut().pixels;
        assert_eq!(rendered(&Look::named("none").unwrap(), [sample::astronaut().face]), before);
        assert_eq!(rendered(&smooth("0"), [sample::astronaut().face]), before);
        assert_eq!(rendered(&smooth("1"), []), before);
    }

    #[test]
    fn outside_the_mask_every_byte_stays() {
        for sample in [sample::astronaut(), sample::hopper()] {
            let before = sample.pixels.clone();
            let (height, width, _) = before.dim();
            let mut on_mask = Array3::from_elem(before.dim(), 0_u8);
            let region = Region::around(&sample.face, width, height).unwrap();
            let mut masked = before.clone();
            let skin = mask::skin(&region, &region.cut(masked.view_mut()).unwrap());
            let mut marks = region.cut(on_mask.view_mut()).unwrap();
            marks.rows_mut().zip(skin.rows()).for_each(|(marks, skin)| {
                for (mark, &skin) in marks.iter_mut().zip(skin) {
                    *mark = [u8::from(skin > 0.0); 3];
                }
            });
            drop(marks);

            let mut after = sample.pixels;
            smooth("1").render(&sample::faces([sample.face]), after.view_mut()).unwrap();
            let (mut inside, mut changed) = (0, 0);
            for ((a, b), &on_mask) in before.iter().zip(&after).zip(&on_mask) {
                assert!(on_mask == 1 || a == b);
                inside += usize::from(on_mask);
                changed += usize::from(a != b);
            }
            assert!(changed > inside / 2 && inside < before.len() / 4, "{changed} of {inside}");
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bytes() {
        let by = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| rendered(&smooth("0.8"), [sample::astronaut().face]))
        };
        let alone = by(1);
        assert_ne!(alone, sample::astronaut().pixels);
        for threads in [2, 3, 4, 7] {
            assert_eq!(by(threads), alone);
        }
    }

    #[test]
    fn every_face_is_rendered() {
        let shifted = |by: f32| {
            let mut face = sample::astronaut().face;
            face.landmarks.iter_mut().for_each(|point| point[0] += by);
            face
        };
        let look = smooth("1");
        let (one, other) = (rendered(&look, [shifted(0.0)]), rendered(&look, [shifted(200.0)]));
        let both = rendered(&look, [shifted(0.0), shifted(200.0)]);
        assert_eq!(both.slice(s![.., ..300, ..]), one.slice(s![.., ..300, ..]));
        assert_eq!(both.slice(s![.., 330.., ..]), other.slice(s![.., 330.., ..]));
        assert!(both != one && both != other);
    }

    #[test]
    fn a_face_at_or_beyond_the_edge_is_rendered_as_far_as_it_is_there() {
        let look = smooth("1");
        let moved = |dx: f32, dy: f32| {
            let mut face = sample::astronaut().face;
            face.landmarks.iter_mut().for_each(|[x, y, _]| (*x, *y) = (*x + dx, *y + dy));
            face
        };
        // The frame begins, or ends, in the middle of the face.
        let whole = sample::astronaut().pixels;
        for (part, face) in [
            (s![.., 225.., ..], moved(-225.0, 0.0)),
            (s![.., ..225, ..], moved(0.0, 0.0)),
            (s![110.., .., ..], moved(0.0, -110.0)),
            (s![..110, .., ..], moved(0.0, 0.0)),
        ] {
            let before = whole.slice(part).to_owned();
            let mut after = before.clone();
            look.render(&sample::faces([face]), after.view_mut()).unwrap();
            assert!(after != before, "{part:?}");
        }
        assert_eq!(rendered(&look, [moved(-400.0, 0.0)]), whole);
        let broken = |value: f32| {
            let mut face = sample::astronaut().face;
            face.landmarks = [[value; 3]; LANDMARKS];
            face
        };
        let before = sample::astronaut().pixels;
        for value in [0.0, 255.5, 512.0, -1.0, f32::MAX, f32::NAN, f32::NEG_INFINITY] {
            assert_eq!(rendered(&look, [broken(value)]), before, "{value}");
        }
        let mut tiny = Array3::<u8>::zeros((1, 1, 3));
        look.render(&sample::faces([sample::astronaut().face]), tiny.view_mut()).unwrap();
    }

    #[test]
    fn rows_may_be_padded() {
        let sample = sample::astronaut();
        let mut padded = Array3::from_elem((512, 520, 3), 7);
        padded.slice_mut(s![.., ..512, ..]).assign(&sample.pixels);
        let faces = sample::faces([sample.face]);
        smooth("1").render(&faces, padded.slice_mut(s![.., ..512, ..])).unwrap();
        assert_eq!(
            padded.slice(s![.., ..512, ..]),
            rendered(&smooth("1"), [sample::astronaut().face])
        );
        assert!(padded.slice(s![.., 512.., ..]).iter().all(|&byte| byte == 7));
    }

    #[test]
    fn other_layouts_are_refused_and_left_alone() {
        let faces = sample::faces([sample::astronaut().face]);
        let look = smooth("1");
        let mut rgba = Array3::<u8>::zeros((512, 512, 4));
        assert!(look.render(&faces, rgba.view_mut()).is_err());
        let before = sample::astronaut().pixels;
        let mut frame = before.clone();
        frame.swap_axes(0, 1);
        assert!(look.render(&faces, frame.view_mut()).is_err());
        frame.swap_axes(0, 1);
        frame.invert_axis(Axis(2));
        assert!(look.render(&faces, frame.view_mut()).is_err());
        frame.invert_axis(Axis(2));
        assert_eq!(frame, before);
    }
}
