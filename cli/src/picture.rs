//! Pictures in and out: upright pixels, their alpha and colour profile, and nothing else of a
//! file. Exif (and with it the place), XMP and comments stay behind.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageFormat,
    ImageReader, ImageResult, Limits,
};
use ndarray::{Array2, Array3, Axis, Zip, s};
use tempfile::NamedTempFile;

use crate::failure::Failure;

/// The most pixels of a side; WebP's own limit.
const MAX_SIDE: u32 = 16_384;
/// The most bytes of a decoded picture: 178 megapixels of RGB.
const MAX_DECODED: u64 = 512 << 20;
/// The most bytes of a file.
const MAX_FILE: u64 = 256 << 20;
/// Above this the size grows fast and the eye sees no more.
const JPEG_QUALITY: u8 = 95;

/// An upright picture: the Exif orientation is applied.
pub(crate) struct Picture {
    /// `[height, width, 3]`, RGB, 8 bits.
    pub(crate) pixels: Array3<u8>,
    /// Opacity, `[height, width]`, where the file has it.
    alpha: Option<Array2<u8>>,
    /// The ICC profile, without which the colours of a wide-gamut photo would change.
    profile: Option<Vec<u8>>,
}

/// Reads a PNG, JPEG or WebP file, known by its content; of an animation the first frame.
/// Gray and 16-bit pictures become 8-bit RGB.
pub(crate) fn read(path: &Path) -> Result<Picture, Failure> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::file(path, &error))?;
    let fault = |why: String| Failure::usage(path.display(), why);
    if bytes.is_empty() {
        return Err(fault("empty; give a PNG, JPEG or WebP picture".to_owned()));
    }
    if bytes.len() as u64 > MAX_FILE {
        return Err(fault(format!("larger than {} MiB", MAX_FILE >> 20)));
    }
    decode(&bytes).map_err(|error| fault(why_unreadable(&error)))
}

fn decode(bytes: &[u8]) -> ImageResult<Picture> {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);

    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    reader.limits(limits.clone());
    if reader.format() == Some(ImageFormat::Jpeg) && !jpeg_has_end(bytes) {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    // A damaged Exif block is no reason to refuse the pixels.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().unwrap_or_default().filter(|profile| is_rgb(profile));
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);

    let (height, width) = (image.height() as usize, image.width() as usize);
    let (samples, depth) = match image.color().has_alpha() {
        true => (image.into_rgba8().into_raw(), 4),
        false => (image.into_rgb8().into_raw(), 3),
    };
    let samples = Array3::from_shape_vec((height, width, depth), samples);
    let mut pixels = samples.map_err(io::Error::other)?;
    let alpha = (depth == 4).then(|| pixels.index_axis(Axis(2), 3).to_owned());
    if alpha.is_some() {
        pixels = pixels.slice(s![.., .., ..3]).as_standard_layout().into_owned();
    }
    Ok(Picture { pixels, alpha, profile })
}

/// True where the profile describes RGB (ICC.1:2022, 7.2.6): that of a gray or CMYK picture does
/// not fit the pixels it was read to.
fn is_rgb(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"RGB ")
}

/// True where the JPEG's scans run to an end marker (ITU-T T.81, B.1.1.2): the decoder fills what
/// is missing with gray and says nothing.
fn jpeg_has_end(bytes: &[u8]) -> bool {
    const START: u8 = 0xd8;
    const END: u8 = 0xd9;
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| byte == 0xff) {
        rest = rest.get(at + 1..).unwrap_or_default();
        match rest.first().copied() {
            Some(END) => return true,
            // Stuffing, fill, restarts, the start: no segment follows.
            Some(0x00 | 0x01 | 0xd0..=0xd7 | START | 0xff) | None => {}
            Some(_) => {
                let Some(&[_, high, low]) = rest.first_chunk() else { return false };
                let length = usize::from(u16::from_be_bytes([high, low]));
                rest = rest.get(1 + length..).unwrap_or_default();
            }
        }
    }
    false
}

fn why_unreadable(error: &ImageError) -> String {
    match error {
        ImageError::Limits(_) => {
            let decoded = MAX_DECODED >> 20;
            format!("larger than {MAX_SIDE} pixels a side or {decoded} MiB decoded; scale it down")
        }
        ImageError::Unsupported(_) => "not a PNG, JPEG or WebP picture".to_owned(),
        ImageError::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            "cut short; fetch the file again".to_owned()
        }
        _ => "damaged; fetch the file again".to_owned(),
    }
}

impl Picture {
    /// A picture of these pixels, opaque, in the colours of this one.
    pub(crate) fn with_pixels(&self, pixels: Array3<u8>) -> Self {
        Self { pixels, alpha: None, profile: self.profile.clone() }
    }

    /// The pixels on white where they are not opaque: what is hidden stays hidden in a format
    /// without alpha.
    pub(crate) fn on_white(&self) -> Array3<u8> {
        let mut pixels = self.pixels.clone();
        if let Some(alpha) = &self.alpha {
            Zip::from(pixels.lanes_mut(Axis(2))).and(alpha).for_each(|mut pixel, &alpha| {
                pixel.mapv_inplace(|colour| over_white(colour, alpha));
            });
        }
        pixels
    }

    /// The picture as a file. PNG and WebP hold every pixel as it is; JPEG does not.
    fn encode(&self, format: ImageFormat) -> ImageResult<Vec<u8>> {
        let mut bytes = Vec::new();
        match format {
            ImageFormat::Jpeg => {
                let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
                self.encode_by(encoder, &self.on_white(), None)?;
            }
            ImageFormat::WebP => {
                let encoder = WebPEncoder::new_lossless(&mut bytes);
                self.encode_by(encoder, &self.pixels, self.alpha.as_ref())?;
            }
            _ => {
                let encoder = PngEncoder::new(&mut bytes);
                self.encode_by(encoder, &self.pixels, self.alpha.as_ref())?;
            }
        }
        Ok(bytes)
    }

    fn encode_by(
        &self,
        mut encoder: impl ImageEncoder,
        pixels: &Array3<u8>,
        alpha: Option<&Array2<u8>>,
    ) -> ImageResult<()> {
        if let Some(profile) = &self.profile {
            encoder.set_icc_profile(profile.clone()).map_err(ImageError::Unsupported)?;
        }
        let (height, width, _) = pixels.dim();
        let pixels = pixels.as_standard_layout();
        let colours = pixels.as_slice().unwrap_or_default();
        let (bytes, kind) = match alpha {
            None => (Cow::Borrowed(colours), ExtendedColorType::Rgb8),
            Some(alpha) => {
                let joined = colours.chunks_exact(3).zip(alpha);
                let joined = joined.flat_map(|(rgb, &a)| rgb.iter().copied().chain([a]));
                (joined.collect(), ExtendedColorType::Rgba8)
            }
        };
        encoder.write_image(&bytes, width as u32, height as u32, kind)
    }
}

fn over_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u32::from(colour), u32::from(alpha));
    ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Where a picture goes, in the format that the extension names.
pub(crate) struct Target<'a> {
    path: &'a Path,
    format: ImageFormat,
}

impl<'a> Target<'a> {
    /// A target at `path`, in a folder that is there; nothing is written yet.
    pub(crate) fn at(path: &'a Path) -> Result<Self, Failure> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let format = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("png") => ImageFormat::Png,
            Some("jpg" | "jpeg") => ImageFormat::Jpeg,
            Some("webp") => ImageFormat::WebP,
            _ => {
                let why = "no format for this extension; end it in .png, .jpg, .jpeg or .webp";
                return Err(Failure::usage(path.display(), why));
            }
        };
        let target = Self { path, format };
        if !target.folder().is_dir() {
            return Err(Failure::usage(path.display(), "no such folder"));
        }
        Ok(target)
    }

    /// Writes the picture: the whole of it or nothing, in place of what was there.
    pub(crate) fn write(&self, picture: &Picture) -> Result<(), Failure> {
        self.stage(picture)?.commit()
    }

    /// The picture in a temporary file beside the target, written and synced, so that little can
    /// still go wrong; dropped without [`Staged::commit`] it is gone.
    pub(crate) fn stage(&self, picture: &Picture) -> Result<Staged<'a>, Failure> {
        let bytes = picture.encode(self.format).map_err(|_| {
            Failure::usage(self.path.display(), "too large for this format; end it in .png")
        })?;
        let file = self.temporary(&bytes).map_err(|error| Failure::file(self.path, &error))?;
        Ok(Staged { file, path: self.path })
    }

    /// True where both are one file, however they are spelled.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let place = |target: &Self| {
            let folder = target.folder().canonicalize().ok();
            folder.map(|folder| folder.join(target.path.file_name().unwrap_or_default()))
        };
        place(self) == place(other)
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        }
    }

    fn temporary(&self, bytes: &[u8]) -> io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        // The user's umask decides, as with any new file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.prefix(".pinhole-").tempfile_in(self.folder())?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(file)
    }
}

/// A picture that is ready to take its place.
pub(crate) struct Staged<'a> {
    file: NamedTempFile,
    path: &'a Path,
}

impl Staged<'_> {
    /// Puts it there.
    pub(crate) fn commit(self) -> Result<(), Failure> {
        let Self { file, path } = self;
        file.persist(path).map_err(|error| Failure::file(path, &error.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use image::{ImageBuffer, ImageFormat, Luma, Rgba};
    use ndarray::Array3;

    use super::{Picture, Target, decode, jpeg_has_end, read};

    const PHOTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/grace_hopper.jpg");

    fn rgba() -> Picture {
        let image = ImageBuffer::from_fn(5, 3, |x, y| {
            Rgba([x as u8 * 40, y as u8 * 80, 200, (x * 60 + y) as u8])
        });
        let mut bytes = Vec::new();
        image.write_to(&mut std::io::Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        decode(&bytes).unwrap()
    }

    #[test]
    fn lossless_formats_keep_every_pixel_and_alpha() {
        let picture = rgba();
        assert_eq!(picture.pixels.dim(), (3, 5, 3));
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let again = decode(&picture.encode(format).unwrap()).unwrap();
            assert_eq!(again.pixels, picture.pixels);
            assert!(again.alpha == picture.alpha && again.alpha.is_some());
        }
    }

    #[test]
    fn jpeg_shows_white_where_nothing_was() {
        let mut picture = rgba();
        picture.alpha.as_mut().unwrap().fill(0);
        let again = decode(&picture.encode(ImageFormat::Jpeg).unwrap()).unwrap();
        assert!(again.alpha.is_none());
        assert!(again.pixels.iter().all(|&colour| colour >= 254));
    }

    #[test]
    fn gray_and_sixteen_bits_become_rgb() {
        let image = ImageBuffer::from_fn(4, 4, |x, _| Luma([x as u16 * 0x4040]));
        let mut bytes = Vec::new();
        image.write_to(&mut std::io::Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        let picture = decode(&bytes).unwrap();
        assert_eq!(picture.pixels.dim(), (4, 4, 3));
        assert_eq!(picture.pixels[[0, 3, 1]], 0xc0);
    }

    #[test]
    fn a_profile_of_rgb_is_kept_and_another_is_not() {
        let mut profile = vec![0; 128];
        for (space, kept) in [(b"RGB ", true), (b"GRAY", false)] {
            profile[16..20].copy_from_slice(space);
            for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Jpeg] {
                let picture = Picture { profile: Some(profile.clone()), ..rgba() };
                let again = decode(&picture.encode(format).unwrap()).unwrap();
                assert_eq!(again.profile.is_some(), kept, "{format:?}");
            }
        }
    }

    #[test]
    fn a_cut_jpeg_has_no_end() {
        let bytes = std::fs::read(PHOTO).unwrap();
        assert!(jpeg_has_end(&bytes));
        for length in [0, 2, 3, 20, 700, bytes.len() / 2, bytes.len() - 2, bytes.len() - 1] {
            assert!(!jpeg_has_end(&bytes[..length]), "{length}");
            assert!(decode(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn extensions_name_formats() {
        for known in ["a.png", "a.JPG", "a.b.jpeg", "a.webp"] {
            assert!(Target::at(Path::new(known)).is_ok());
        }
        for unknown in ["a", "a.gif", "png", ".png", "/dev/full", ""] {
            assert!(Target::at(Path::new(unknown)).is_err());
        }
    }

    #[test]
    fn a_file_may_take_its_own_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let target = Target::at(&path).unwrap();
        target.write(&rgba()).unwrap();
        let mut picture = read(&path).unwrap();
        picture.pixels = Array3::zeros(picture.pixels.dim());
        target.write(&picture).unwrap();
        assert_eq!(read(&path).unwrap().pixels, picture.pixels);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
