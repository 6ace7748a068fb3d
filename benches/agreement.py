"""Measures how many of the words on which MuPDF and poppler agree the reader of `pto` finds, in Russian PDFs of Debian.

Usage: benches/setup && target/benches/bin/python benches/agreement.py [--reader COMMAND] [--misses N] [FILE...]
It fetches the packages and unpacks them under target/benches/russian; nothing of them is installed.
Build first: cargo build --release -p pdf --example pages   (or give --reader "target/release/pto pages --json")
A word is agreed on when both peers have the same letters on the same place (ligatures and kinds of hyphens set equal); it
is found when the reader has the same letters there, or letters that say what is printed where the peers agree on what is not:
they take Windows-1251 for Latin-1 and Latin look-alikes in Russian words as they stand, and drop glyphs without a letter,
for which the reader has U+FFFD. Such words are counted apart, as repaired.
"""

import argparse
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as xml

import pymupdf

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUSSIAN = ROOT / "target/benches/russian"
PACKAGES = ["developers-reference-ru", "debian-faq-ru", "maint-guide-ru", "texlive-lang-cyrillic"]
# Places farther apart than this, in points, are not the same; the hyphen that one leaves out moves a middle that far.
REACH_PT = 4.0


def as_root(*command: str) -> None:
    subprocess.run([*([] if os.getuid() == 0 else ["sudo"]), *command], check=True, stdout=subprocess.DEVNULL)


def set_up() -> None:
    """The peers' programs and the documents; nothing is done twice."""
    missing = [name for program, name in (("pdftotext", "poppler-utils"), ("dpkg-deb", "dpkg")) if not shutil.which(program)]
    done = RUSSIAN / "done"
    if missing or not done.exists():
        as_root("apt-get", "update", "-qq")
    if missing:
        as_root("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing)
    if done.exists():
        return
    RUSSIAN.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        subprocess.run(["apt-get", "download", "-qq", package], cwd=RUSSIAN, check=True, stderr=subprocess.DEVNULL)
    for archive in RUSSIAN.glob("*.deb"):
        subprocess.run(["dpkg-deb", "--extract", archive, RUSSIAN / archive.name.split("_")[0]], check=True)
        archive.unlink()
    for packed in RUSSIAN.rglob("*.pdf.gz"):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
    done.touch()


def documents() -> list[pathlib.Path]:
    return sorted(path for path in RUSSIAN.rglob("*.pdf") if path.is_file() and not path.is_symlink())


def plain(text: str) -> str:
    """Letters as they are compared: ligatures undone, one kind of hyphen."""
    text = unicodedata.normalize("NFKC", text.replace("\u00ad", "-"))
    return re.sub("[\u2010\u2011\u2212]", "-", text)


LATIN, CYRILLIC = "ABCEHKMOPTXYaceopxykmntugbrëËI", "АВСЕНКМОРТХУасеорхукмптидьгёЁІ"
LOOKS = str.maketrans(LATIN, CYRILLIC) | {ord(letter): "т" for letter in "m"}


def printed(text: str) -> str:
    """What a word says to the eye, for words that a repair may have changed."""
    if any("À" <= letter <= "ÿ" for letter in text):
        text = "".join(
            letter.encode("latin-1").decode("cp1251", "ignore") if "\u00a0" <= letter <= "ÿ" else letter for letter in text
        )
    # Both peers pass private codes and control characters on; the hyphen of TeX is one.
    text = re.sub("[\ufffd\ue000-\uf8ff\x00-\x1f\x7f]", "", text)
    return (text.rstrip("-") or text).translate(LOOKS)


def mupdf(path: pathlib.Path) -> list[list[tuple]]:
    pages = []
    with pymupdf.open(path) as document:
        for page in document:
            words = page.get_text("words")
            if page.rotation:
                words = [(*(pymupdf.Rect(word[:4]) * page.rotation_matrix), *word[4:]) for word in words]
            pages.append([(plain(word[4]), (word[0] + word[2]) / 2, (word[1] + word[3]) / 2) for word in words])
    return pages


def poppler(path: pathlib.Path) -> list[list[tuple]]:
    output = subprocess.run(["pdftotext", "-bbox", "-cropbox", path, "-"], check=True, capture_output=True).stdout
    # Characters that XML does not allow come through from fonts with private codes.
    tree = xml.fromstring(re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", output).decode("utf-8", "replace"))
    pages = []
    for page in tree.iter("{http://www.w3.org/1999/xhtml}page"):
        words = []
        for word in page:
            x0, y0, x1, y1 = (float(word.get(edge)) for edge in ("xMin", "yMin", "xMax", "yMax"))
            words.append((plain(word.text or ""), (x0 + x1) / 2, (y0 + y1) / 2))
        pages.append(words)
    return pages


def ours(path: pathlib.Path, reader: list[str]) -> list[list[tuple]]:
    output = subprocess.run([*reader, path], check=True, capture_output=True).stdout.decode()
    pages = []
    for line in output.splitlines():
        words = [(plain(word["text"]), word["box"]) for word in json.loads(line)["words"]]
        pages.append([(text, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for text, box in words])
    return pages


def matched(have: list[tuple], want: list[tuple]) -> tuple[list[tuple], list[tuple]]:
    """Splits the wanted words into those that are had, each on its place, and those that are not."""
    places: dict[str, list[tuple]] = {}
    for text, x, y in have:
        places.setdefault(text, []).append((x, y))
    found, missed = [], []
    for word in want:
        text, x, y = word
        near = [place for place in places.get(text, []) if abs(place[0] - x) <= REACH_PT and abs(place[1] - y) <= REACH_PT]
        if near:
            places[text].remove(near[0])
            found.append(word)
        else:
            missed.append(word)
    return found, missed


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("files", nargs="*", type=pathlib.Path)
    options.add_argument("--reader", default=str(ROOT / "target/release/examples/pages"))
    options.add_argument("--misses", type=int, default=0, help="show so many missed words of each file")
    options.add_argument("--goal", type=float, default=0.99)
    options = options.parse_args()
    if not options.files:
        set_up()
    total_agreed = total_found = total_repaired = 0
    print(f"{'words agreed on':>16} {'found':>8} {'repaired':>9} {'recall':>8}  file")
    for path in options.files or documents():
        one, other, mine = mupdf(path), poppler(path), ours(path, options.reader.split())
        if not len(one) == len(other) == len(mine):
            print(f"{'':16} pages differ: {len(one)}, {len(other)}, {len(mine)}  {path.name}")
            continue
        agreed = found = repaired = 0
        misses = []
        for number, (first, second, own) in enumerate(zip(one, other, mine), 1):
            both, _ = matched(first, [word for word in second if word[0].strip()])
            hits, missed = matched(own, both)
            mended, _ = matched([(printed(word[0]), *word[1:]) for word in own], [(printed(word[0]), *word[1:]) for word in missed])
            places = {word[1:] for word in mended}
            missed = [word for word in missed if word[1:] not in places]
            agreed, found, repaired = agreed + len(both), found + len(hits), repaired + len(both) - len(hits) - len(missed)
            misses += [(number, *word) for word in missed]
        total_agreed, total_found, total_repaired = total_agreed + agreed, total_found + found, total_repaired + repaired
        print(f"{agreed:16} {found:8} {repaired:9} {(found + repaired) / max(agreed, 1):8.4f}  {path.name}")
        for number, text, x, y in misses[: options.misses]:
            near = " ".join(w[0] for w in mine[number - 1] if abs(w[1] - x) < 25 and abs(w[2] - y) < 5)
            print(f"{'':20} p. {number} ({x:.0f}, {y:.0f}) «{text}» ours: {near}")
    recall = (total_found + total_repaired) / max(total_agreed, 1)
    print(f"{total_agreed:16} {total_found:8} {total_repaired:9} {recall:8.4f}  all")
    if recall < options.goal:
        sys.exit(f"recall {recall:.4f} is below {options.goal}")


main()
