"""The peer of `pto pages --json`: PyMuPDF's words with boxes, one JSON line a page, one process."""

import json
import sys

import pymupdf

with pymupdf.open(sys.argv[1]) as document:
    for page in document:
        matrix = page.rotation_matrix
        words = [
            {"text": word[4], "box": [round(value, 2) for value in pymupdf.Rect(word[:4]) * matrix]}
            for word in page.get_text("words")
        ]
        line = {"page": page.number + 1, "width_pt": page.rect.width, "height_pt": page.rect.height, "words": words}
        json.dump(line, sys.stdout, ensure_ascii=False)
        print()
