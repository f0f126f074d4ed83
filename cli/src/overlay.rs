//! What was found, drawn on the picture.

use ndarray::Array3;
use pinhole::inspect::FaceView;
use tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};

use crate::failure::Failure;

/// The picture with each face's box, landmarks and, from the nose, where it points.
pub(crate) fn draw(pixels: &Array3<u8>, faces: &[FaceView]) -> Result<Array3<u8>, Failure> {
    let too_large = || Failure::usage("--overlay", "the picture is too large to draw on");
    let (height, width, _) = pixels.dim();
    let mut canvas = Pixmap::new(width as u32, height as u32).ok_or_else(too_large)?;
    for (to, from) in canvas.data_mut().chunks_exact_mut(4).zip(pixels.rows()) {
        for (to, from) in to.iter_mut().zip(from.iter().chain([&255])) {
            *to = *from;
        }
    }
    for face in faces {
        draw_face(&mut canvas, face);
    }
    let rgb = canvas.data().chunks_exact(4).flat_map(|rgba| rgba.iter().take(3).copied());
    Array3::from_shape_vec((height, width, 3), rgb.collect()).map_err(|_| too_large())
}

fn draw_face(canvas: &mut Pixmap, face: &FaceView) {
    let [x, y, width, height] = face.bounds;
    // Lines and dots grow with the face, so that both a thumbnail and a close-up can be read.
    let unit = (width / 160.0).max(0.6);
    let bounds = Rect::from_xywh(x, y, width, height).map(PathBuilder::from_rect);
    stroke(canvas, bounds, Color::from_rgba8(255, 255, 255, 200), 1.5 * unit);

    let mut mesh = PathBuilder::new();
    let mut irises = PathBuilder::new();
    for (index, [x, y, _]) in face.landmarks.iter().enumerate() {
        let dots = if index < 468 { &mut mesh } else { &mut irises };
        dots.push_circle(*x, *y, 0.9 * unit);
    }
    fill(canvas, mesh.finish(), Color::from_rgba8(64, 224, 208, 230));
    fill(canvas, irises.finish(), Color::from_rgba8(255, 196, 0, 255));

    if let Some([x, y, _]) = face.landmarks.get(NOSE_TIP) {
        let length = 0.5 * width;
        let (yaw, pitch) = (face.yaw.to_radians(), face.pitch.to_radians());
        let mut line = PathBuilder::new();
        line.move_to(*x, *y);
        line.line_to(x + length * yaw.sin() * pitch.cos(), y - length * pitch.sin());
        stroke(canvas, line.finish(), Color::from_rgba8(255, 64, 96, 255), 2.0 * unit);
    }
}

const NOSE_TIP: usize = 4;

fn fill(canvas: &mut Pixmap, path: Option<Path>, colour: Color) {
    if let Some(path) = path {
        let transform = Transform::identity();
        canvas.fill_path(&path, &paint(colour), FillRule::Winding, transform, None);
    }
}

fn stroke(canvas: &mut Pixmap, path: Option<Path>, colour: Color, width: f32) {
    if let Some(path) = path {
        let stroke = Stroke { width, ..Stroke::default() };
        canvas.stroke_path(&path, &paint(colour), &stroke, Transform::identity(), None);
    }
}

fn paint(colour: Color) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour);
    paint
}
