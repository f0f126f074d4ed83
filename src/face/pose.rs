//! Head pose: the turn that best lays MediaPipe's canonical face on the landmarks.
//!
//! Weighted orthogonal Procrustes by Horn's closed form (Horn 1987, "Closed-form solution of
//! absolute orientation using unit quaternions"), with the landmarks and weights of MediaPipe's
//! `geometry_pipeline_metadata_landmarks`.

use super::canonical::BASIS;
use super::found::{Landmarks, Pose};

type Vector = [f32; 3];

/// The pose of a face, from landmarks in pixels.
pub(super) fn of(landmarks: &Landmarks) -> Pose {
    let total: f32 = BASIS.iter().map(|basis| basis.weight).sum();
    // Landmarks have y down and z away from the camera; the canonical face both the other way.
    let pairs = BASIS.iter().filter_map(|basis| {
        let [x, y, z] = *landmarks.get(basis.landmark)?;
        Some((basis.weight / total, basis.place, [x, -y, -z]))
    });
    let mean = |pick: &dyn Fn((f32, Vector, Vector)) -> (f32, Vector)| {
        pairs
            .clone()
            .map(pick)
            .fold([0.0; 3], |sum, (weight, v)| [0, 1, 2].map(|i| sum[i] + weight * v[i]))
    };
    let canonical_mean = mean(&|(weight, canonical, _)| (weight, canonical));
    let seen_mean = mean(&|(weight, _, seen)| (weight, seen));

    let mut covariance = [[0.0; 3]; 3];
    for (weight, canonical, seen) in pairs {
        for (row, (c, mean)) in covariance.iter_mut().zip(canonical.iter().zip(canonical_mean)) {
            for (cell, (s, mean_seen)) in row.iter_mut().zip(seen.iter().zip(seen_mean)) {
                *cell += weight * (c - mean) * (s - mean_seen);
            }
        }
    }
    angles(rotation(principal(horn(covariance))))
}

/// Horn's symmetric matrix, whose principal eigenvector is the rotation's quaternion.
fn horn(covariance: [[f32; 3]; 3]) -> [[f32; 4]; 4] {
    let [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = covariance;
    [
        [xx + yy + zz, yz - zy, zx - xz, xy - yx],
        [yz - zy, xx - yy - zz, xy + yx, zx + xz],
        [zx - xz, xy + yx, yy - xx - zz, yz + zy],
        [xy - yx, zx + xz, yz + zy, zz - xx - yy],
    ]
}

/// The eigenvector of the largest eigenvalue, by power iteration on the shifted square matrix.
fn principal(matrix: [[f32; 4]; 4]) -> [f32; 4] {
    // Shifted by its Frobenius norm no eigenvalue is negative, and the largest stays the largest.
    let norm = matrix.iter().flatten().map(|v| v * v).sum::<f32>().sqrt();
    let mut power = matrix;
    for (i, row) in power.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell = *cell / norm.max(f32::MIN_POSITIVE) + f32::from(u8::from(i == j));
        }
    }
    // Squaring eight times is the 256th power: eigenvalues a tenth apart are then told by 1e-11.
    for _ in 0..8 {
        power = scaled(squared(power));
    }
    let column = (0..4).max_by(|&a, &b| power[a][a].total_cmp(&power[b][b])).unwrap_or(0);
    power[column]
}

fn squared(m: [[f32; 4]; 4]) -> [[f32; 4]; 4] {
    [0, 1, 2, 3].map(|i| [0, 1, 2, 3].map(|j| (0..4).map(|k| m[i][k] * m[k][j]).sum()))
}

fn scaled(m: [[f32; 4]; 4]) -> [[f32; 4]; 4] {
    let most = m.iter().flatten().fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs()));
    m.map(|row| row.map(|v| v / most))
}

fn rotation(quaternion: [f32; 4]) -> [Vector; 3] {
    let norm = quaternion.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    let [w, x, y, z] = quaternion.map(|v| v / norm);
    [
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)],
        [2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)],
        [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)],
    ]
}

/// Yaw about y, then pitch about x, then roll about z: where the nose points, and how the head is
/// tilted about it.
fn angles(r: [Vector; 3]) -> Pose {
    Pose {
        yaw: r[0][2].atan2(r[2][2]).to_degrees(),
        pitch: r[1][2].clamp(-1.0, 1.0).asin().to_degrees(),
        roll: -r[1][0].atan2(r[1][1]).to_degrees(),
    }
}

#[cfg(test)]
mod tests {
    use super::{BASIS, of};
    use crate::face::found::{LANDMARKS, Landmarks};

    /// The canonical face, turned about z, x, y in that order, as a camera sees it.
    fn turned(yaw: f32, pitch: f32, roll: f32) -> Landmarks {
        let (sy, cy) = yaw.to_radians().sin_cos();
        let (sp, cp) = (-pitch).to_radians().sin_cos();
        let (sr, cr) = (-roll).to_radians().sin_cos();
        let mut landmarks = [[0.0; 3]; LANDMARKS];
        for basis in &BASIS {
            let [x, y, z] = basis.place;
            let [x, y] = [cr * x - sr * y, sr * x + cr * y];
            let [y, z] = [cp * y - sp * z, sp * y + cp * z];
            let [x, z] = [cy * x + sy * z, -sy * x + cy * z];
            landmarks[basis.landmark] = [300.0 + 9.0 * x, 200.0 - 9.0 * y, -9.0 * z];
        }
        landmarks
    }

    #[test]
    fn the_canonical_face_turned_is_seen_turned() {
        for yaw in [-80.0, -30.0, 0.0, 12.0, 45.0] {
            for pitch in [-40.0, 0.0, 25.0] {
                for roll in [-170.0, -29.0, 0.0, 90.0] {
                    let pose = of(&turned(yaw, pitch, roll));
                    let seen = [pose.yaw, pose.pitch, pose.roll];
                    let worst = seen.iter().zip([yaw, pitch, roll]).map(|(a, b)| (a - b).abs());
                    assert!(worst.fold(0.0, f32::max) < 0.05, "{yaw} {pitch} {roll}: {seen:?}");
                }
            }
        }
    }

    #[test]
    fn landmarks_without_extent_have_a_pose_all_the_same() {
        let pose = of(&[[7.0; 3]; LANDMARKS]);
        assert!(pose.yaw.is_finite() && pose.pitch.is_finite() && pose.roll.is_finite());
    }
}
