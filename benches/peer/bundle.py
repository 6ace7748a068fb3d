"""Binds PDF files as scripts of the field do: `bundle.py pypdf|pikepdf OUT FILE…`.

pypdf: bookmarks by tens, a link on the first file's pages for every file, a stamp on every page (reportlab draws it).
pikepdf: bookmarks only.
"""

import io
import sys


def with_pypdf(out: str, files: list[str]) -> None:
    from pypdf import PdfReader, PdfWriter
    from pypdf.annotations import Link
    from reportlab.pdfgen import canvas

    writer = PdfWriter()
    starts, section = [], None
    for index, file in enumerate(files):
        starts.append(len(writer.pages))
        writer.append(file, import_outline=False)
        if index % 10 == 0:
            section = writer.add_outline_item(f"Раздел {index // 10 + 1}", starts[-1])
        writer.add_outline_item(f"Документ {index + 1}", starts[-1], parent=section)
    rows = len(PdfReader(files[0]).pages)
    for index, start in enumerate(starts):
        y = 800 - 7.5 * (index % 100)
        link = Link(rect=(50, y, 500, y + 7), target_page_index=start)
        writer.add_annotation(page_number=min(index // 100, rows - 1), annotation=link)
    for number, page in enumerate(writer.pages, 1):
        drawn = io.BytesIO()
        size = (float(page.mediabox.width), float(page.mediabox.height))
        stamp = canvas.Canvas(drawn, pagesize=size)
        stamp.setFont("Helvetica", 8)
        stamp.drawRightString(size[0] - 9, 5, f"Sheet {number}")
        stamp.save()
        page.merge_page(PdfReader(drawn).pages[0])
    writer.write(out)


def with_pikepdf(out: str, files: list[str]) -> None:
    import pikepdf

    bound, opened = pikepdf.Pdf.new(), []
    with bound.open_outline() as outline:
        for index, file in enumerate(files):
            source = pikepdf.open(file)
            opened.append(source)
            if index % 10 == 0:
                section = pikepdf.OutlineItem(f"Раздел {index // 10 + 1}", len(bound.pages))
                outline.root.append(section)
            section.children.append(pikepdf.OutlineItem(f"Документ {index + 1}", len(bound.pages)))
            bound.pages.extend(source.pages)
    bound.save(out)


{"pypdf": with_pypdf, "pikepdf": with_pikepdf}[sys.argv[1]](sys.argv[2], sys.argv[3:])
