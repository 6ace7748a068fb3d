"""Measures the binding of a package against pypdf and pikepdf, all in one run, and checks that the bundles are right.

Usage: benches/setup && target/benches/bin/python benches/bundle.py [--repeat 5]
Build first: cargo build --release --workspace --all-features --example bind --example bundle_parts
A register, 100 acts and 199 scans of 3 pages (JPEG, about 200 dpi). Ours and pypdf write bookmarks, links from the register and a
stamp on every page; pikepdf writes bookmarks only. CPU is user + system of the process; memory is its peak resident set.
"""

import argparse
import io
import pathlib
import platform
import random
import subprocess
import tempfile

from run import PYTHON, RELEASE, ROOT, measured, median

ACTS, SCANS, SCAN_PAGES = 100, 199, 3
PEER = ROOT / "benches/peer/bundle.py"


def scan(path: pathlib.Path, seed: int) -> None:
    """Pages of noise and lines, as heavy as a scanned certificate."""
    from PIL import Image, ImageDraw
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    page = canvas.Canvas(str(path), pagesize=(595, 842))
    chance = random.Random(seed)
    for number in range(SCAN_PAGES):
        noise = Image.frombytes("L", (413, 585), chance.randbytes(413 * 585)).resize((1654, 2339)).point(lambda x: 200 + x // 8)
        draw = ImageDraw.Draw(noise)
        for line in range(40):
            draw.line((200, 200 + 50 * line, 200 + chance.randrange(1300), 200 + 50 * line), fill=40, width=6)
        jpeg = io.BytesIO()
        noise.save(jpeg, "JPEG", quality=60)
        page.drawImage(ImageReader(jpeg), 0, 0, 595, 842)
        page.drawString(20, 20, f"Scan {seed} page {number + 1}")
        page.showPage()
    page.save()


def check(path: pathlib.Path, pages: int, front: int, stamp: str | None, links: bool) -> None:
    import pypdf

    if links:
        subprocess.run(["qpdf", "--check", path], check=True, stdout=subprocess.DEVNULL)
    bound = pypdf.PdfReader(path)
    if len(bound.pages) != pages:
        raise SystemExit(f"{path}: {len(bound.pages)} pages of {pages}")
    outline = bound.outline
    documents = sum(len(part) for part in outline if isinstance(part, list))
    if documents != ACTS + SCANS + 1:
        raise SystemExit(f"{path}: {documents} bookmarks of the second level")
    if stamp:
        for number in {1, front + 1, pages // 2, pages}:
            text = subprocess.run(["pdftotext", "-f", str(number), "-l", str(number), path, "-"], capture_output=True, text=True).stdout
            if f"{stamp} {number}" not in text:
                raise SystemExit(f"{path}: page {number} is not stamped")
    if links:
        places = {page.indirect_reference.idnum: index for index, page in enumerate(bound.pages, 1)}
        led = []
        for page in bound.pages[:front]:
            for annotation in page.get("/Annots", []):
                target = annotation.get_object().get("/Dest")
                led.append(places[target[0].idnum])
        if len(led) != ACTS + SCANS or led != sorted(led) or led[0] != front + 1:
            raise SystemExit(f"{path}: {len(led)} links lead elsewhere: {led[:5]}")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--repeat", type=int, default=5)
    repeat = options.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([RELEASE / "examples/bundle_parts", folder, str(ACTS), str(SCANS), str(SCAN_PAGES)], check=True)
        for number in range(SCANS):
            scan(folder / f"{ACTS + 1 + number:03}.pdf", number)
        files = sorted(folder.glob("*.pdf"))
        import pypdf

        counts = [len(pypdf.PdfReader(file).pages) for file in files]
        pages, front = sum(counts), counts[0]
        acts, size = files[1 : ACTS + 1], lambda paths: sum(path.stat().st_size for path in paths)
        outs = {name: folder / f"{name}.out" for name in ("pto", "pypdf", "pikepdf")}
        commands = {
            "pto": [RELEASE / "examples/bind", outs["pto"], *files],
            "pypdf": [PYTHON, PEER, "pypdf", outs["pypdf"], *files],
            "pikepdf": [PYTHON, PEER, "pikepdf", outs["pikepdf"], *files],
        }
        runs = {name: [] for name in commands}
        for _ in range(repeat):
            for name, command in commands.items():
                runs[name].append(measured(command))
        check(outs["pto"], pages, front, "Лист", links=True)
        check(outs["pypdf"], pages, front, "Sheet", links=False)
        check(outs["pikepdf"], pages, front, None, links=False)
        start = median([measured([PYTHON, "-c", "import pypdf, reportlab.pdfgen.canvas"]) for _ in range(repeat)])["cpu"]
        ours = median(runs["pto"])
        print(f"{platform.processor() or platform.machine()}, {len(files)} files, {pages} pages, {size(files) / 1e6:.1f} MB")
        for name, taken in runs.items():
            told = median(taken)
            ratio = "" if name == "pto" else f", {told['cpu'] / ours['cpu']:.1f} times the CPU, {told['wall'] / ours['wall']:.1f} times the wall"
            print(f"{name:8} CPU {told['cpu']:.2f} s, wall {told['wall']:.2f} s, peak {told['peak_mb']:.0f} MB, {outs[name].stat().st_size / 1e6:.1f} MB{ratio}")
        print(f"(starting Python with pypdf: {start:.2f} s of CPU)")
        only_acts = folder / "acts.out"
        subprocess.run([RELEASE / "examples/bind", only_acts, *acts], check=True, stdout=subprocess.DEVNULL)
        print(f"acts alone: {size(acts) / 1e6:.2f} MB in, {only_acts.stat().st_size / 1e6:.2f} MB bound")


if __name__ == "__main__":
    main()
