"""Makes a whole Russian lettering of Debian's osifont (ISO 3098, the shapes of ГОСТ 2.304): `lettering.py <out.ttf>`.

The font as packaged has placeholders for Э, э, Ё, ё, a capital for ь and a large з; they are composed of its own strokes.
"""

import sys

from fontTools.misc.transform import Transform
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

SOURCE = "/usr/share/fonts/truetype/osifont/osifont.ttf"


def main() -> None:
    font = TTFont(SOURCE)
    cmap, glyphs, metrics, shapes = font.getBestCmap(), font["glyf"], font["hmtx"], font.getGlyphSet()
    composed = {}

    def advance(letter: str) -> int:
        return metrics[cmap[ord(letter)]][0]

    def top(letter: str) -> int:
        return glyphs[cmap[ord(letter)]].yMax

    def compose(letter: str, width: int, *parts: tuple[str, Transform]) -> None:
        pen = TTGlyphPen(None)
        for part, transform in parts:
            shapes[cmap[ord(part)]].draw(TransformPen(pen, transform))
        glyph = pen.glyph()
        glyph.recalcBounds(glyphs)
        composed[cmap[ord(letter)]] = (glyph, (width, glyph.xMin))

    for letter, twin in (("Э", "Є"), ("э", "є")):
        compose(letter, advance(twin), (twin, Transform(-1, 0, 0, 1, advance(twin), 0)))
    dot = glyphs[cmap[ord(".")]]
    for letter, base in (("Ё", "Е"), ("ё", "е")):
        shifts = [advance(base) * share - (dot.xMin + dot.xMax) / 2 for share in (0.3, 0.7)]
        dots = [(".", Transform(1, 0, 0, 1, shift, top(base) + 150)) for shift in shifts]
        compose(letter, advance(base), (base, Transform()), *dots)
    compose("ь", advance("о"), ("Ь", Transform(0.9, 0, 0, top("ъ") / top("Ь"), 0, 0)))
    compose("з", advance("з"), ("з", Transform(0.95, 0, 0, top("ъ") / top("з"), 0, 0)))
    for name, (glyph, metric) in composed.items():
        glyphs[name], metrics[name] = glyph, metric
    font.save(sys.argv[1])


main()
