//! A picture (JPEG, PNG) as a PDF of one page, so that it can be bound: photographed certificates come so.

use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, Limits};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use std::io::Cursor;

/// Pixels that a picture may have.
const MOST_PIXELS: u64 = 120_000_000;
/// Memory that decoding may take.
const MOST_BYTES: u64 = 512 << 20;
/// A4, upright, in points.
const A4: [f32; 2] = [595.28, 841.89];

/// Why a picture cannot be bound.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The bytes are neither a JPEG nor a PNG.
    #[error("the file is neither a JPEG nor a PNG")]
    OtherFormat,
    /// The picture has more than 120 million pixels.
    #[error("the picture has {width} by {height} pixels")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The picture is damaged.
    #[error("the picture cannot be read")]
    Damaged(#[from] image::ImageError),
    /// The page could not be written.
    #[error("the page cannot be written")]
    Write(#[from] std::io::Error),
}

/// Whether these bytes begin like a picture that [`picture_page`] takes.
pub fn is_picture(bytes: &[u8]) -> bool {
    matches!(image::guess_format(bytes), Ok(ImageFormat::Jpeg | ImageFormat::Png))
}

/// One page of A4, upright or lying as the picture is, with the picture as large as fits. The bytes of a grey or coloured
/// JPEG are taken as they are; the turn that a camera notes in it is obeyed. The same picture gives the same bytes.
///
/// # Errors
/// See [`PictureError`].
pub fn picture_page(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let format = image::guess_format(bytes).map_err(|_unknown| PictureError::OtherFormat)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        return Err(PictureError::OtherFormat);
    }
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width == 0 || height == 0 {
        return Err(PictureError::TooLarge { width, height });
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let as_it_is = match (format, decoder.original_color_type()) {
        (ImageFormat::Jpeg, ExtendedColorType::L8) => Some("DeviceGray"),
        (ImageFormat::Jpeg, ExtendedColorType::Rgb8) => Some("DeviceRGB"),
        _ => None,
    };
    // Turns are drawn; mirrored pictures, which no camera makes, are decoded.
    let turn = match orientation {
        Orientation::NoTransforms => Some(0),
        Orientation::Rotate90 => Some(90),
        Orientation::Rotate180 => Some(180),
        Orientation::Rotate270 => Some(270),
        _ => None,
    };
    let mut document = Document::with_version("1.7");
    if let (Some(space), Some(turn)) = (as_it_is, turn) {
        let image = Stream::new(image_dictionary(width, height, space, Some("DCTDecode")), bytes.to_vec());
        return page(document, image, [width, height], turn);
    }
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let size = [picture.width(), picture.height()];
    let mask = picture.color().has_alpha().then(|| {
        let alpha = picture.to_rgba8().pixels().map(|pixel| pixel.0[3]).collect();
        let mut mask = Stream::new(image_dictionary(size[0], size[1], "DeviceGray", None), alpha);
        compress(&mut mask).map(|()| mask)
    });
    let (space, pixels) = if picture.color().has_color() {
        ("DeviceRGB", picture.into_rgb8().into_raw())
    } else {
        ("DeviceGray", picture.into_luma8().into_raw())
    };
    let mut image = Stream::new(image_dictionary(size[0], size[1], space, None), pixels);
    compress(&mut image)?;
    if let Some(mask) = mask.transpose()? {
        let mask = document.add_object(mask);
        image.dict.set("SMask", mask);
    }
    page(document, image, size, 0)
}

fn compress(stream: &mut Stream) -> Result<(), PictureError> {
    stream.compress().map_err(|error| PictureError::Write(std::io::Error::other(error)))
}

fn image_dictionary(width: u32, height: u32, space: &str, filter: Option<&str>) -> Dictionary {
    let mut dictionary = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => i64::from(width), "Height" => i64::from(height),
        "ColorSpace" => Object::Name(space.as_bytes().to_vec()), "BitsPerComponent" => 8,
    };
    if let Some(filter) = filter {
        dictionary.set("Filter", Object::Name(filter.as_bytes().to_vec()));
    }
    dictionary
}

/// `turn`: by how many degrees the picture is turned clockwise to be seen upright.
fn page(mut document: Document, image: Stream, [width, height]: [u32; 2], turn: u16) -> Result<Vec<u8>, PictureError> {
    let seen = if turn % 180 == 0 { [width, height] } else { [height, width] };
    let [across, down] = seen.map(|pixels| pixels as f32);
    let sheet = if across > down { [A4[1], A4[0]] } else { A4 };
    let scale = (sheet[0] / across).min(sheet[1] / down);
    let [w, h] = [across * scale, down * scale];
    let [x, y] = [(sheet[0] - w) / 2.0, (sheet[1] - h) / 2.0];
    let matrix = match turn {
        90 => [0.0, -h, w, 0.0, x, y + h],
        180 => [-w, 0.0, 0.0, -h, x + w, y + h],
        270 => [0.0, h, -w, 0.0, x + w, y],
        _ => [w, 0.0, 0.0, h, x, y],
    };
    let matrix = matrix.map(|number| format!("{number:.3}")).join(" ");
    let content = Stream::new(Dictionary::new(), format!("q {matrix} cm /P Do Q").into_bytes());
    let (image, content, tree) = (document.add_object(image), document.add_object(content), document.new_object_id());
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), sheet[0].into(), sheet[1].into()],
        "Resources" => dictionary! { "XObject" => dictionary! { "P" => image } },
    });
    document.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, RgbImage, RgbaImage};

    fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn page_of(bytes: &[u8]) -> (Document, Vec<f32>) {
        let document = Document::load_mem(&picture_page(bytes).unwrap()).unwrap();
        let page = *document.get_pages().get(&1).unwrap();
        let sheet = document.get_dictionary(page).unwrap().get(b"MediaBox").unwrap().as_array().unwrap();
        let sheet = sheet.iter().map(|side| side.as_float().unwrap()).collect();
        (document, sheet)
    }

    #[test]
    fn a_jpeg_is_taken_as_it_is_and_lies_as_the_picture_does() {
        let jpeg = written(RgbImage::new(40, 20), ImageFormat::Jpeg);
        let (document, sheet) = page_of(&jpeg);
        assert!(sheet[2] > sheet[3]);
        let carried = document.objects.values().filter_map(|object| object.as_stream().ok());
        assert!(carried.into_iter().any(|stream| stream.content == jpeg));
    }

    #[test]
    fn the_turn_that_a_camera_notes_is_obeyed() {
        let mut jpeg = written(GrayImage::new(40, 20), ImageFormat::Jpeg);
        let exif = b"\xFF\xE1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        jpeg.splice(2..2, exif.iter().copied());
        let (_, sheet) = page_of(&jpeg);
        assert!(sheet[2] < sheet[3], "40 by 20 pixels, turned by a quarter, stand upright: {sheet:?}");
    }

    #[test]
    fn a_png_keeps_its_transparency() {
        let (document, _) = page_of(&written(RgbaImage::new(4, 4), ImageFormat::Png));
        let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
        assert!(streams.into_iter().any(|stream| stream.dict.has(b"SMask")));
    }

    #[test]
    fn what_is_no_picture_is_told() {
        assert!(matches!(picture_page(b"%PDF-1.7"), Err(PictureError::OtherFormat)));
        let png = written(GrayImage::new(4, 4), ImageFormat::Png);
        assert!(matches!(picture_page(&png[..40]), Err(PictureError::Damaged(_))));
        assert!(is_picture(&png) && !is_picture(b"PK"));
    }
}
