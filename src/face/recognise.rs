use ndarray::ArrayView3;
use zeroize::{Zeroize, Zeroizing};

use super::detect::{self, Detection, FULL, SHORT};
use super::found::{Face, Faces, LANDMARKS, Landmarks};
use super::nn::Nets;
use super::pose;
use super::source::{Border, Crop, Frame};
use crate::consent::Permit;
use crate::error::{Error, Result};
use crate::private::Local;
use crate::purpose::FaceEffects;

/// What the mesh net sees.
const MESH: Crop = Crop { side: 256, low: 0.0, border: Border::Replicate };
/// The least presence (a logit: probability one half) of a face in the mesh's region.
const PRESENT: f32 = 0.0;
/// Below this every anchor would be a face.
const LEAST_THRESHOLD: f32 = 0.01;
/// Two meshes whose boxes overlap more are of one face.
const SAME_MESH: f32 = 0.5;

/// How faces are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Which detectors run.
    pub detectors: Detectors,
    /// The least score of a detection, 0.01 to 1.
    pub threshold: f32,
    /// The most faces, best first.
    pub most: usize,
}

/// Which detectors run on a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detectors {
    /// Both, merged: small faces and close ones.
    #[default]
    Thorough,
    /// The short range; the full range only where it finds none.
    Fast,
}

impl Default for Options {
    fn default() -> Self {
        Self { detectors: Detectors::default(), threshold: 0.5, most: 16 }
    }
}

/// Finds faces in pictures.
///
/// ```no_run
/// # #[cfg(feature = "tract")] {
/// use pinhole::purpose::FaceEffects;
/// use pinhole::{Permit, face};
///
/// # let frame = ndarray::Array3::<u8>::zeros((480, 640, 3));
/// let mut finder = face::Finder::new(face::Options::default())?;
/// let permit = Permit::<FaceEffects>::for_own_act();
/// let faces = finder.find(frame.view(), &permit)?;
/// assert_eq!(faces.count(), 0);
/// # }
/// # Ok::<(), pinhole::Error>(())
/// ```
pub struct Finder {
    nets: Nets,
    options: Options,
}

/// Where faces are, roughly: what the detectors say.
pub struct Detections(Vec<Detection>);

impl Zeroize for Detections {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Finder {
    /// A finder with the nets of this repository.
    ///
    /// # Errors
    ///
    /// Where they cannot be planned.
    #[cfg(feature = "tract")]
    pub fn new(options: Options) -> Result<Self> {
        Ok(Self::with_nets(Nets::by_tract()?, options))
    }

    /// A finder with the host's own implementation of the nets.
    pub fn with_nets(nets: Nets, options: Options) -> Self {
        Self { nets, options }
    }

    /// The faces of a picture, RGB, `[height, width, 3]`, upright: [`Finder::detect`], then
    /// [`Finder::landmarks`].
    ///
    /// # Errors
    ///
    /// As theirs.
    pub fn find(
        &mut self,
        frame: ArrayView3<'_, u8>,
        permit: &Permit<FaceEffects>,
    ) -> Result<Local<Faces>> {
        let detections = self.detect(frame, permit)?;
        self.landmarks(frame, detections, permit)
    }

    /// The first step: where faces are.
    ///
    /// # Errors
    ///
    /// [`Refusal::Withdrawn`](crate::Refusal::Withdrawn) or
    /// [`Refusal::Spent`](crate::Refusal::Spent) where the permit does not serve; where the
    /// frame's shape is another, or a net cannot run.
    pub fn detect(
        &mut self,
        frame: ArrayView3<'_, u8>,
        permit: &Permit<FaceEffects>,
    ) -> Result<Local<Detections>> {
        permit.exercise()?;
        let frame = Frame::borrow(frame)?;
        let threshold = self.options.threshold;
        if !(LEAST_THRESHOLD..=1.0).contains(&threshold) {
            return Err(Error::input("threshold", "not within 0.01 to 1"));
        }
        let short = SHORT.detect(&mut *self.nets.short, frame, threshold)?;
        let mut detections = if short.is_empty() || self.options.detectors == Detectors::Thorough {
            detect::merge(short, FULL.detect(&mut *self.nets.full, frame, threshold)?)
        } else {
            short
        };
        // Some may turn out to be no face, or one face twice.
        detections.truncate(self.options.most.saturating_mul(2));
        Ok(Local::keep(Detections(detections)))
    }

    /// The second step of the same act: landmarks and pose of each face detected in the same
    /// picture.
    ///
    /// # Errors
    ///
    /// [`Refusal::Withdrawn`](crate::Refusal::Withdrawn) where consent ended since; where the
    /// frame's shape is another, or a net cannot run.
    pub fn landmarks(
        &mut self,
        frame: ArrayView3<'_, u8>,
        detections: Local<Detections>,
        permit: &Permit<FaceEffects>,
    ) -> Result<Local<Faces>> {
        permit.still_stands()?;
        let frame = Frame::borrow(frame)?;
        // Looks where to look closer.
        let detections = &detections.look_inside().0;
        // With room for all: a vector that moves leaves what it held behind.
        let mut faces = Vec::with_capacity(detections.len());
        for detection in detections {
            if faces.len() == self.options.most {
                break;
            }
            let Some(face) = self.mesh(frame, detection)? else { continue };
            let bounds = face.extent();
            if faces.iter().all(|other: &Face| other.extent().overlap(&bounds) <= SAME_MESH) {
                faces.push(face);
            }
        }
        Ok(Local::keep(faces.into_iter().collect()))
    }

    /// The face in a detection's region, where there is one.
    fn mesh(&mut self, frame: Frame<'_>, detection: &Detection) -> Result<Option<Face>> {
        let region = detection.region();
        let input = frame.seal(&region, MESH);
        let mut points = Zeroizing::new([0.0; 3 * LANDMARKS]);
        let mut presence = [0.0];
        // Looks to run the net.
        self.nets.mesh.run(input.look_inside(), [points.as_mut_slice(), &mut presence])?;
        let [presence] = presence;
        let finite = points.iter().all(|value| value.is_finite());
        if !finite || presence.is_nan() || presence < PRESENT {
            return Ok(None);
        }
        let mut landmarks: Landmarks = [[0.0; 3]; LANDMARKS];
        let side = MESH.side as f32;
        for (landmark, point) in landmarks.iter_mut().zip(points.as_chunks().0) {
            let [x, y, z]: [f32; 3] = *point;
            let [across, down] = region.place([x / side, y / side]);
            *landmark = [across, down, z * region.side / side];
        }
        let pose = pose::of(&landmarks);
        Ok(Some(Face { score: detection.score, bounds: detection.bounds, landmarks, pose }))
    }
}
