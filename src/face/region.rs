/// A square of the picture that a net looks at, possibly turned.
#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Region {
    /// In pixels.
    pub(crate) centre: [f32; 2],
    /// In pixels.
    pub(crate) side: f32,
    /// Radians, clockwise in the image.
    pub(crate) turn: f32,
}

impl Region {
    /// The letterbox: the least upright square about a whole picture, on its centre.
    pub(crate) fn letterbox(width: usize, height: usize) -> Self {
        let (width, height) = (width as f32, height as f32);
        Self { centre: [width / 2.0, height / 2.0], side: width.max(height), turn: 0.0 }
    }

    /// The place in the picture of `across`, `down`, given in sides from the region's corner.
    pub(crate) fn place(&self, [across, down]: [f32; 2]) -> [f32; 2] {
        let (sin, cos) = self.turn.sin_cos();
        let (x, y) = ((across - 0.5) * self.side, (down - 0.5) * self.side);
        [self.centre[0] + cos * x - sin * y, self.centre[1] + sin * x + cos * y]
    }
}

#[cfg(test)]
mod tests {
    use super::Region;

    #[test]
    fn corners_are_where_they_should() {
        let letterbox = Region::letterbox(200, 100);
        assert_eq!(letterbox.place([0.0, 0.0]), [0.0, -50.0]);
        assert_eq!(letterbox.place([1.0, 1.0]), [200.0, 150.0]);
        let quarter = Region { turn: std::f32::consts::FRAC_PI_2, ..letterbox };
        let [x, y] = quarter.place([0.0, 0.0]);
        assert!((x - 200.0).abs() < 1e-4 && (y + 50.0).abs() < 1e-4, "clockwise: {x} {y}");
    }
}
