"""The peer of `pto process`: a small pipeline as one would write it in Python today. Words by PyMuPDF, a thumbnail a page,
acts by docxtpl and LibreOffice (all acts in one conversion, its fast way), the bundle with bookmarks by pypdf.

The items of the hidden-works list are given (the rules' output is not compared), so the peer does less thinking.
Usage: pipeline.py SET.pdf ITEMS.json OUT
"""

import json
import pathlib
import subprocess
import sys

import pymupdf
from docx import Document
from docxtpl import DocxTemplate
from pypdf import PdfWriter

OFFICIAL = pathlib.Path(__file__).resolve().parents[2] / "shared/forms/tests/official/aosr_344pr.txt"


def read_pages(source: str, out: pathlib.Path) -> None:
    folder = out / "pages"
    folder.mkdir(parents=True)
    with pymupdf.open(source) as document:
        for page in document:
            words = [{"text": word[4], "box": list(word[:4])} for word in page.get_text("words")]
            name = f"{page.number + 1:04}"
            (folder / f"{name}.json").write_text(json.dumps({"page": page.number + 1, "words": words}, ensure_ascii=False))
            scale = 320 / max(page.rect.width, page.rect.height)
            page.get_pixmap(matrix=pymupdf.Matrix(scale, scale)).save(folder / f"{name}.png")


def template(path: pathlib.Path) -> None:
    document = Document()
    for line in OFFICIAL.read_text().splitlines():
        document.add_paragraph(line)
    document.add_paragraph("{{ number }} {{ works }} {{ next_works }}")
    document.save(path)


def write_acts(items: list[str], out: pathlib.Path) -> list[pathlib.Path]:
    folder = out / "acts"
    folder.mkdir()
    template(folder / "template.docx")
    documents = []
    for number, (works, next_works) in enumerate(zip(items, [*items[1:], ""]), 1):
        form = DocxTemplate(folder / "template.docx")
        form.render({"number": number, "works": works, "next_works": next_works})
        path = folder / f"{number}.docx"
        form.save(path)
        documents.append(path)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{out.resolve()}/profile", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", folder, *documents], check=True, stdout=subprocess.DEVNULL)
    return [path.with_suffix(".pdf") for path in documents]


def bind(acts: list[pathlib.Path], out: pathlib.Path) -> None:
    writer = PdfWriter()
    for act in acts:
        writer.append(act, outline_item=act.stem)
    writer.write(out / "bundle.pdf")


def main() -> None:
    source, items, out = sys.argv[1], json.loads(pathlib.Path(sys.argv[2]).read_text()), pathlib.Path(sys.argv[3])
    out.mkdir(parents=True)
    read_pages(source, out)
    bind(write_acts(items, out), out)


main()
