//! The landmarks that the head pose rests on: 33 points of MediaPipe's canonical face.

/// One of them.
pub(super) struct Basis {
    /// The landmark's index.
    pub(super) landmark: usize,
    /// Its place on the canonical face, in cm: x to the person's left, y up, z to the camera.
    pub(super) place: [f32; 3],
    /// Its weight in the fit.
    pub(super) weight: f32,
}

const fn basis(landmark: usize, place: [f32; 3], weight: f32) -> Basis {
    Basis { landmark, place, weight }
}

/// The `basis` lines of `models/canonical_face.csv` with the vertices they name.
#[rustfmt::skip]
pub(super) const BASIS: [Basis; 33] = [
    basis(4, [0.0, -0.46317, 7.58658], 0.07090994),
    basis(6, [0.0, 2.473255, 5.788627], 0.032100145),
    basis(10, [0.0, 8.261778, 4.481535], 0.008446551),
    basis(33, [-4.445859, 2.663991, 3.173422], 0.05872417),
    basis(54, [-6.279331, 6.615427, 1.42585], 0.00766708),
    basis(67, [-3.523964, 8.005976, 3.729163], 0.009078059),
    basis(117, [-5.258659, 0.945811, 2.974312], 0.009791938),
    basis(119, [-3.300681, 0.861641, 3.872784], 0.014565368),
    basis(121, [-1.820731, 1.467954, 4.224124], 0.018591361),
    basis(127, [-7.743095, 2.364999, -2.005167], 0.0051979944),
    basis(129, [-1.785794, -0.978284, 4.85047], 0.120625205),
    basis(132, [-7.270895, -2.890917, -2.252455], 0.0055600186),
    basis(133, [-1.856432, 2.585245, 3.757904], 0.053286184),
    basis(136, [-5.085276, -7.17859, 0.714711], 0.066890456),
    basis(143, [-6.407571, 2.236021, 1.560843], 0.014816548),
    basis(147, [-6.234883, -1.94443, 1.663542], 0.014262834),
    basis(198, [-1.246815, 0.230297, 5.681036], 0.025462192),
    basis(205, [-3.832928, -1.537326, 4.137731], 0.04725228),
    basis(263, [4.445859, 2.663991, 3.173422], 0.05872417),
    basis(284, [6.279331, 6.615427, 1.42585], 0.00766708),
    basis(297, [3.523964, 8.005976, 3.729163], 0.009078059),
    basis(346, [5.258659, 0.945811, 2.974312], 0.009791938),
    basis(348, [3.300681, 0.861641, 3.872784], 0.014565368),
    basis(350, [1.820731, 1.467954, 4.224124], 0.018591361),
    basis(356, [7.743095, 2.364999, -2.005167], 0.0051979944),
    basis(358, [1.785794, -0.978284, 4.85047], 0.120625205),
    basis(361, [7.270895, -2.890917, -2.252455], 0.0055600186),
    basis(362, [1.856432, 2.585245, 3.757904], 0.053286184),
    basis(365, [5.085276, -7.17859, 0.714711], 0.066890456),
    basis(372, [6.407571, 2.236021, 1.560843], 0.014816548),
    basis(376, [6.234883, -1.94443, 1.663542], 0.014262834),
    basis(420, [1.246815, 0.230297, 5.681036], 0.025462192),
    basis(425, [3.832928, -1.537326, 4.137731], 0.04725228),
];

#[cfg(test)]
mod tests {
    use super::BASIS;

    #[test]
    fn the_table_is_the_file() {
        let file = include_str!("../../models/canonical_face.csv");
        let rows = |kind: &str| {
            let rows = file.lines().filter_map(move |line| line.split_once(','));
            let rows = rows.filter(move |(k, _)| *k == kind).map(|(_, values)| values);
            rows.map(|values| values.split(',').map(|v| v.parse().unwrap()).collect())
                .collect::<Vec<Vec<f32>>>()
        };
        let (vertices, file_basis) = (rows("vertex"), rows("basis"));
        assert_eq!(file_basis.len(), BASIS.len());
        for (row, basis) in file_basis.iter().zip(&BASIS) {
            assert_eq!(*row, [basis.landmark as f32, basis.weight]);
            assert_eq!(vertices[basis.landmark][..3], basis.place);
        }
    }
}
