"""The peer of `pto pages --json`: PyMuPDF's words with boxes, one JSON line a page, one process."""

import json
import sys

import pymupdf

with pymupdf.open(sys.argv[1]) as document:
    for page in document:
        words = page.get_text("words")
        if page.rotation:
            words = [(*(pymupdf.Rect(word[:4]) * page.rotation_matrix), *word[4:]) for word in words]
        words = [{"text": text, "box": (x0, y0, x1, y1)} for x0, y0, x1, y1, text, *_ in words]
        line = {"page": page.number + 1, "width_pt": page.rect.width, "height_pt": page.rect.height, "words": words}
        print(json.dumps(line, ensure_ascii=False))
