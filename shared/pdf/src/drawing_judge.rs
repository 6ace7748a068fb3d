//! What a renderer would have to hold for a page. It inflates without a cap whatever the page leads to: fonts and their
//! tables, patterns, soft masks, functions, images.

use crate::content::lexer::{Lexer, Operand, Operands};
use crate::limits::Limits;
use crate::stream::filter_chain;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::Page;
use hayro_syntax::xref::XRef;
use std::collections::HashSet;

/// Largest image that is drawn: A1 at 400 dpi.
const MAX_IMAGE_PIXELS: f64 = 125e6;
/// Most objects that are looked at for a page.
const MAX_OBJECTS: usize = 200_000;
/// A stream that cannot become larger than this is not inflated to be judged, as long as few of them come together.
const SMALL_BYTES: usize = 1 << 20;
/// Deepest nesting of letters, patterns and forms in each other; the renderer itself follows letters and patterns for ever.
const MAX_DEPTH: usize = 8;
/// Most bytes of programs of letters and patterns that a page runs, each as often as it is shown: some ten seconds.
const MAX_PROGRAM_BYTES: u64 = 256 << 20;
/// Entries that lead away from what is drawn: to other pages, to what happens at a click.
const AWAY: [&[u8]; 10] =
    [b"Parent", b"P", b"Dest", b"A", b"AA", b"Popup", b"StructParents", b"Metadata", b"PieceInfo", b"Properties"];
/// What the resources of a page or form hold, without the forms and images: those are judged when they are drawn.
const RESOURCES: [&str; 5] = ["Font", "Pattern", "Shading", "ColorSpace", "ExtGState"];

/// Follows a page to all that is drawn on it.
pub(crate) struct DrawingJudge<'a> {
    xref: &'a XRef,
    max_stream_bytes: usize,
    bytes_left: usize,
    objects_left: usize,
    seen: HashSet<ObjectIdentifier>,
    /// Programs of letters and patterns that are being followed, from the outermost in.
    open_programs: Vec<ObjectIdentifier>,
    /// Bytes of the longest of them, and how many bytes of programs may be run.
    longest_program: u64,
    program_bytes_left: u64,
    is_too_much: bool,
}

impl<'a> DrawingJudge<'a> {
    pub(crate) fn new(page: &Page<'a>, limits: &Limits) -> Self {
        let mut judge = Self {
            xref: page.xref(),
            max_stream_bytes: limits.max_stream_bytes,
            bytes_left: limits.max_stream_bytes,
            objects_left: MAX_OBJECTS,
            seen: HashSet::new(),
            open_programs: Vec::new(),
            longest_program: 0,
            program_bytes_left: MAX_PROGRAM_BYTES,
            is_too_much: false,
        };
        let own = page.resources();
        for part in [&own.fonts, &own.patterns, &own.shadings, &own.color_spaces, &own.ext_g_states] {
            judge.follow(Object::Dict(part.clone()));
        }
        if let Some(annotations) = page.raw().get::<Array<'a>>("Annots") {
            judge.follow(Object::Array(annotations));
        }
        judge
    }

    /// Whether the page would cost too much.
    pub(crate) fn is_too_much(&self) -> bool {
        self.is_too_much
    }

    /// The resources of a form that is drawn.
    pub(crate) fn resources(&mut self, resources: &Dict<'a>) {
        for part in RESOURCES.iter().filter_map(|key| resources.get::<Object<'a>>(key)) {
            self.follow(part);
        }
    }

    /// An image that is drawn.
    pub(crate) fn image(&mut self, image: Stream<'a>) {
        if self.seen.insert(image.obj_id()) {
            self.follow(Object::Stream(image));
        }
    }

    /// Letters that are drawn by programs or patterns are shown; the longest program stands for all.
    pub(crate) fn repeat_program(&mut self, times: u32) {
        match self.program_bytes_left.checked_sub(self.longest_program.saturating_mul(u64::from(times))) {
            Some(left) => self.program_bytes_left = left,
            None => self.is_too_much = true,
        }
    }

    fn follow(&mut self, object: Object<'a>) {
        let mut open = vec![object];
        while let Some(object) = open.pop() {
            if self.is_too_much {
                return;
            }
            self.objects_left = self.objects_left.saturating_sub(1);
            self.is_too_much = self.objects_left == 0;
            let dict = match object {
                Object::Dict(dict) => dict,
                Object::Stream(stream) => {
                    self.stream(&stream);
                    stream.dict().clone()
                }
                Object::Array(array) => {
                    // Most arrays are plain numbers.
                    if array.data().iter().any(|byte| matches!(byte, b'R' | b'<')) {
                        open.extend(array.raw_iter().filter_map(|item| self.resolved(item)));
                    }
                    continue;
                }
                _ => continue,
            };
            if dict.get::<Name<'_>>("Subtype").is_some_and(|kind| kind.as_ref() == b"Type3") {
                self.letters(&dict);
            }
            let is_page = dict.get::<Name<'_>>("Type").is_some_and(|kind| matches!(kind.as_ref(), b"Page" | b"Pages"));
            if !is_page {
                let entries = dict.entries().filter(|(key, _)| !AWAY.contains(&key.as_ref()));
                open.extend(entries.filter_map(|(_, value)| self.resolved(value)));
            }
        }
    }

    /// The object itself, once; the second time it is known.
    fn resolved(&mut self, value: MaybeRef<Object<'a>>) -> Option<Object<'a>> {
        match value {
            MaybeRef::NotRef(object) => Some(object),
            MaybeRef::Ref(reference) => {
                let id = ObjectIdentifier::from(reference);
                if !self.seen.insert(id) {
                    return None;
                }
                self.objects_left = self.objects_left.saturating_sub(1);
                self.xref.get::<Object<'a>>(id)
            }
        }
    }

    fn stream(&mut self, stream: &Stream<'a>) {
        let dict = stream.dict();
        if dict.contains_key("PatternType") {
            self.program(stream, dict.get::<Dict<'a>>("Resources").as_ref());
        }
        let number = |dict: &Dict<'_>, key: &str| dict.get::<f32>(key).map_or(0.0, f64::from);
        let is_image = dict.get::<Name<'_>>("Subtype").is_some_and(|kind| kind.as_ref() == b"Image");
        let raw = stream.raw_data();
        let filters = filter_chain(dict);
        if is_image {
            let columns = dict.get::<Dict<'_>>("DecodeParms").map_or(0.0, |parameters| number(&parameters, "Columns"));
            let pixels = number(dict, "Width").max(columns) * number(dict, "Height").max(1.0);
            self.is_too_much |= pixels.is_nan() || pixels > MAX_IMAGE_PIXELS;
        }
        let could_reach = filters.could_reach(raw.len());
        if !is_image && could_reach <= SMALL_BYTES.min(self.bytes_left) {
            self.bytes_left -= could_reach;
            return;
        }
        // Images are held one at a time.
        let allowance = if is_image { self.max_stream_bytes } else { self.bytes_left };
        match filters.inflate_warily(&raw, allowance) {
            None => self.is_too_much = true,
            Some(data) if is_image => {
                self.is_too_much |= hidden_pixels(&data).is_some_and(|pixels| pixels > MAX_IMAGE_PIXELS);
            }
            Some(data) => self.bytes_left -= data.len(),
        }
    }
}

/// Letters that are drawn by programs (Type 3) and patterns may show letters and patterns again.
impl<'a> DrawingJudge<'a> {
    fn letters(&mut self, font: &Dict<'a>) {
        let Some(programs) = font.get::<Dict<'a>>("CharProcs") else { return };
        let shared = font.get::<Dict<'a>>("Resources");
        for name in programs.keys() {
            if self.is_too_much {
                return;
            }
            let Some(program) = programs.get::<Stream<'a>>(&name) else { continue };
            let own = program.dict().get::<Dict<'a>>("Resources");
            self.program(&program, own.as_ref().or(shared.as_ref()));
        }
    }

    /// Follows what a program shows. One without resources takes those of whoever shows it: it may only draw then.
    fn program(&mut self, program: &Stream<'a>, resources: Option<&Dict<'a>>) {
        let id = program.obj_id();
        if self.open_programs.len() >= MAX_DEPTH || self.open_programs.contains(&id) {
            self.is_too_much = true;
            return;
        }
        self.objects_left = self.objects_left.saturating_sub(1);
        let content = filter_chain(program.dict()).inflate_warily(&program.raw_data(), self.bytes_left);
        let (Some(content), true) = (content, self.objects_left > 0) else {
            self.is_too_much = true;
            return;
        };
        self.bytes_left -= content.len();
        self.longest_program = self.longest_program.max(content.len() as u64);
        self.open_programs.push(id);
        let mut lexer = Lexer::new(&content);
        let mut known = HashSet::new();
        while let Some(operation) = lexer.next_operation() {
            let kind = match operation.operator {
                b"Tf" => "Font",
                b"Do" => "XObject",
                b"gs" => "ExtGState",
                b"scn" | b"SCN" => "Pattern",
                b"BI" => {
                    lexer.skip_inline_image();
                    continue;
                }
                _ => continue,
            };
            let name = Operands::new(operation.operands).find_map(|operand| match operand {
                Operand::Name(name) => Name::new(name),
                _ => None,
            });
            let Some(name) = name.filter(|name| known.insert((kind, name.to_vec()))) else { continue };
            match resources {
                Some(resources) => self.shown(resources, kind, &name),
                None => self.is_too_much = true,
            }
            if self.is_too_much {
                break;
            }
        }
        self.open_programs.pop();
    }

    fn shown(&mut self, resources: &Dict<'a>, kind: &str, name: &[u8]) {
        let Some(named) = resources.get::<Dict<'a>>(kind) else { return };
        match kind {
            "XObject" => {
                let Some(form) = named.get::<Stream<'a>>(name) else { return };
                if form.dict().get::<Name<'_>>("Subtype").is_some_and(|kind| kind.as_ref() == b"Form") {
                    let own = form.dict().get::<Dict<'a>>("Resources");
                    self.program(&form, Some(own.as_ref().unwrap_or(resources)));
                }
            }
            "Pattern" => {
                if let Some(pattern) = named.get::<Stream<'a>>(name) {
                    self.program(&pattern, pattern.dict().get::<Dict<'a>>("Resources").as_ref());
                }
            }
            _ => {
                let font = match named.get::<Dict<'a>>(name) {
                    Some(state) if kind == "ExtGState" => {
                        state.get::<Array<'a>>("Font").and_then(|pair| pair.flex_iter().next::<Dict<'a>>())
                    }
                    other => other,
                };
                if let Some(font) = font.filter(|font| font.contains_key("CharProcs")) {
                    self.letters(&font);
                }
            }
        }
    }
}

/// Pixels that the data of an image claim by themselves, whatever the dictionary says: the head of a JPEG 2000 stream, the
/// page of a JBIG2 one.
fn hidden_pixels(data: &[u8]) -> Option<f64> {
    /// Start of codestream, then the segment with the size of the image.
    const JPEG_2000: &[u8] = &[0xff, 0x4f, 0xff, 0x51];
    /// Length of the segment that describes a page, with its kind some bytes before.
    const JBIG2_PAGE: &[u8] = &[0, 0, 0, 19];
    let place_of = |head: &[u8]| data.windows(head.len()).position(|window| window == head);
    let number = |at: usize| {
        let bytes = data.get(at..at.checked_add(4)?)?;
        <[u8; 4]>::try_from(bytes).ok().map(u32::from_be_bytes).map(f64::from)
    };
    if let Some(at) = place_of(JPEG_2000) {
        return Some((number(at + 8)? - number(at + 16)?) * (number(at + 12)? - number(at + 20)?));
    }
    let at = place_of(JBIG2_PAGE)?;
    let kind = |back: usize| at.checked_sub(back).and_then(|place| data.get(place)).is_some_and(|byte| byte & 63 == 48);
    if kind(3) || kind(6) { Some(number(at + 4)? * number(at + 8)?) } else { None }
}
