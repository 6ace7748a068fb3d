"""The peer of our printing: acts by docxtpl and LibreOffice, as PDF/A-2b.

Usage: acts.py template FORMS.json TEMPLATE.docx        the template, made once: every label, value and caption of the form
       acts.py print FORMS.json TEMPLATE.docx OUT [N]   all acts in one conversion, named by their places from N, else 1, on
"""

import json
import pathlib
import subprocess
import sys

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt
from docxtpl import DocxTemplate

PDF_A = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
WIDTH = Mm(180)


def values(form: dict) -> dict:
    """The values of a form by the names of their places."""
    found = {}
    for block in form["blocks"]:
        match block["block"]:
            case "number_date":
                found |= {"number": block["number"], "date": block["date"]}
            case "field":
                found |= {f"{block['id']}_{place}": row["value"] for place, row in enumerate(block["rows"])}
            case "dates":
                found |= {line["id"]: line["date"] for line in block["lines"]}
            case "signature":
                found[block["id"]] = block["name"]
    return found


class Writer:
    def __init__(self) -> None:
        self.document = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(20), Mm(10)
        section.top_margin = section.bottom_margin = Mm(11)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = "Liberation Serif", Pt(10.5)
        normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
        normal.paragraph_format.line_spacing = 1.0

    def line(self, *parts: tuple, small: bool = False, align=None, before: float = 0, keep: bool = True, tabs=()) -> None:
        """A paragraph of (text, bold, ruled) runs."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.keep_with_next = Pt(before), keep
        for position in tabs or (WIDTH,):
            paragraph.paragraph_format.tab_stops.add_tab_stop(position, WD_TAB_ALIGNMENT.RIGHT)
        for text, bold, ruled in parts:
            run = paragraph.add_run(text)
            run.bold, run.underline, run.italic = bold, ruled, ruled
            if small:
                run.font.size = Pt(6.5)

    def caption(self, text: str, align=WD_ALIGN_PARAGRAPH.CENTER) -> None:
        if text:
            self.line((text, False, False), small=True, align=align, keep=False)


def template(form: dict, path: pathlib.Path) -> None:
    writer = Writer()
    for block in form["blocks"]:
        match block["block"]:
            case "origin":
                for text in block["lines"]:
                    writer.line((text, False, False), small=True, align=WD_ALIGN_PARAGRAPH.RIGHT)
            case "title":
                for text in block["lines"]:
                    writer.line((text, True, False), align=WD_ALIGN_PARAGRAPH.CENTER, before=3)
            case "number_date":
                writer.line(("№ ", False, False), ("{{ number }}", False, True), ("\t", False, False), ("{{ date }}", False, True))
                writer.caption(block["caption"], WD_ALIGN_PARAGRAPH.RIGHT)
            case "field":
                for place, row in enumerate(block["rows"]):
                    value = (f"{{{{ {block['id']}_{place} }}}}", False, True)
                    label = block["label"] if place == 0 else ""
                    after = block["after"] if place == len(block["rows"]) - 1 else ""
                    if label and not block["run_in"]:
                        writer.line((label, block["heading"], False), before=4)
                    opening = [(label + " ", False, False)] if label and block["run_in"] else []
                    closing = [(" " + after, False, False)] if len(after) > 1 else [("\t", False, True), (after, False, False)]
                    writer.line(*opening, value, *closing, before=4 if opening else 0, align=WD_ALIGN_PARAGRAPH.LEFT)
                    writer.caption(row["caption"])
            case "text":
                writer.line((block["text"], False, False), before=4)
            case "dates":
                for place, line in enumerate(block["lines"]):
                    label = block["label"] if place == 0 else ""
                    parts = ((f"{label}\t{line['label']}\t", False, False), (f"{{{{ {line['id']} }}}}", False, True))
                    writer.line(*parts, tabs=(Mm(45), Mm(50)))
            case "signature":
                writer.line((block["label"], True, False), before=7)
                writer.line((f"{{{{ {block['id']} }}}}", False, True), ("\t", False, True), before=5)
                writer.caption(" ".join(block["captions"]))
    writer.document.save(path)


def render(forms: list[dict], template_path: pathlib.Path, out: pathlib.Path, first: int) -> None:
    out.mkdir(parents=True, exist_ok=True)
    documents = []
    for place, form in enumerate(forms, first):
        document = DocxTemplate(template_path)
        document.render(values(form), autoescape=True)
        documents.append(out / f"{place}.docx")
        document.save(documents[-1])
    profile = out.resolve().parent / "profile"
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", PDF_A]
    subprocess.run([*command, "--outdir", out, *documents], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    action, forms, path, *rest = sys.argv[1:]
    forms = json.loads(pathlib.Path(forms).read_text())
    if action == "template":
        template(forms[0], pathlib.Path(path))
    else:
        render(forms, pathlib.Path(path), pathlib.Path(rest[0]), int(rest[1]) if len(rest) > 1 else 1)


if __name__ == "__main__":
    main()
