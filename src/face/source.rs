//! Pixels in: a borrowed picture, and the crops of it that the nets see.

use ndarray::ArrayView3;

use super::region::Region;
use crate::error::{Error, Result};
use crate::private::Private;

/// The longest side of a picture, in pixels.
const MAX_SIDE: usize = 32_768;

/// A picture, borrowed: RGB, `[height, width, 3]`, upright.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a>(ArrayView3<'a, u8>);

/// What lies beyond the picture's edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Border {
    /// Black.
    Zero,
    /// The edge's own pixels.
    Replicate,
}

/// What a net takes in: `side` × `side` pixels, planar RGB from `low` to 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crop {
    pub(crate) side: usize,
    pub(crate) low: f32,
    pub(crate) border: Border,
}

impl<'a> Frame<'a> {
    /// # Errors
    ///
    /// Where the shape is not `[height, width, 3]` with sides from 1 to 32,768 pixels.
    pub(crate) fn borrow(pixels: ArrayView3<'a, u8>) -> Result<Self> {
        let (height, width, channels) = pixels.dim();
        if channels != 3 {
            return Err(Error::input("frame", "the shape is not [height, width, 3]"));
        }
        if !(1..=MAX_SIDE).contains(&height) || !(1..=MAX_SIDE).contains(&width) {
            return Err(Error::input("frame", "a side is not 1 to 32768 pixels"));
        }
        Ok(Self(pixels))
    }

    pub(crate) fn width(&self) -> usize {
        self.0.dim().1
    }

    pub(crate) fn height(&self) -> usize {
        self.0.dim().0
    }

    /// The region as a net's input, bilinear.
    ///
    /// The crop's corner falls on the region's corner, with no half-pixel shift, as in MediaPipe's
    /// `image_to_tensor_converter_opencv.cc`; half-pixel centres would cost 0.5 to 5 % of error.
    pub(crate) fn seal(&self, region: &Region, crop: Crop) -> Private<Vec<f32>> {
        let Crop { side, low, border } = crop;
        let plane = side * side;
        let mut planar = vec![0.0; 3 * plane];
        let scale = (1.0 - low) / 255.0;
        let (reds, rest) = planar.split_at_mut(plane);
        let (greens, blues) = rest.split_at_mut(plane);
        let [origin, right, down] =
            [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]].map(|corner| region.place(corner));
        let step = |to: [f32; 2]| [0, 1].map(|i| (to[i] - origin[i]) / side as f32);
        let (right, down) = (step(right), step(down));

        let pixels = reds.iter_mut().zip(greens).zip(blues).enumerate();
        for (at, ((red, green), blue)) in pixels {
            let (i, j) = ((at % side) as f32, (at / side) as f32);
            let x = origin[0] + i * right[0] + j * down[0];
            let y = origin[1] + i * right[1] + j * down[1];
            let [r, g, b] = self.bilinear(x, y, border);
            (*red, *green, *blue) = (r * scale + low, g * scale + low, b * scale + low);
        }
        Private::seal(planar)
    }

    /// The colour at a place given in pixels, 0 to 255 a channel.
    fn bilinear(&self, x: f32, y: f32, border: Border) -> [f32; 3] {
        let (left, top) = (x.floor(), y.floor());
        let (dx, dy) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        let corners = [(0, 0), (1, 0), (0, 1), (1, 1)];
        let [a, b, c, d] =
            corners.map(|(i, j)| self.pixel(left.saturating_add(i), top.saturating_add(j), border));
        [0, 1, 2].map(|k| {
            let upper = a[k] + (b[k] - a[k]) * dx;
            let lower = c[k] + (d[k] - c[k]) * dx;
            upper + (lower - upper) * dy
        })
    }

    fn pixel(&self, x: isize, y: isize, border: Border) -> [f32; 3] {
        let (right, bottom) = (self.width() as isize - 1, self.height() as isize - 1);
        let inside = (0..=right).contains(&x) && (0..=bottom).contains(&y);
        if !inside && border == Border::Zero {
            return [0.0; 3];
        }
        let (x, y) = (x.clamp(0, right) as usize, y.clamp(0, bottom) as usize);
        [0, 1, 2].map(|channel| f32::from(self.0[[y, x, channel]]))
    }
}

#[cfg(test)]
mod tests {
    use super::{Border, Crop, Frame};
    use crate::face::region::Region;
    use ndarray::Array3;

    #[test]
    fn a_crop_of_the_same_size_is_the_picture() {
        let picture = Array3::from_shape_fn((4, 4, 3), |(y, x, c)| (50 * c + 10 * y + x) as u8);
        let frame = Frame::borrow(picture.view()).unwrap();
        let crop = Crop { side: 4, low: 0.0, border: Border::Zero };
        let sealed = frame.seal(&Region::letterbox(4, 4), crop);
        for (at, value) in sealed.look_inside().iter().enumerate() {
            let (c, y, x) = (at / 16, at / 4 % 4, at % 4);
            assert!((value * 255.0 - f32::from(picture[[y, x, c]])).abs() < 1e-4);
        }
    }

    #[test]
    fn beyond_the_edge_is_black_or_the_edge() {
        let picture = Array3::from_elem((2, 4, 3), 255);
        let frame = Frame::borrow(picture.view()).unwrap();
        let sum = |border| {
            let sealed = frame.seal(&Region::letterbox(4, 2), Crop { side: 4, low: -1.0, border });
            sealed.look_inside().iter().sum::<f32>()
        };
        assert_eq!(sum(Border::Zero), 0.0, "two rows of four are black");
        assert_eq!(sum(Border::Replicate), 48.0);
    }

    #[test]
    fn odd_shapes_are_refused() {
        for shape in [(0, 4, 3), (4, 0, 3), (4, 4, 4), (32_769, 1, 3)] {
            let picture = Array3::<u8>::zeros(shape);
            assert!(Frame::borrow(picture.view()).is_err(), "{shape:?}");
        }
    }
}
