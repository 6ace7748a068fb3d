"""Measures words and boxes against the truth of made documents: FILE.pdf with FILE.json beside it, per page a list of
[x0, y0, x1, y1, text] in points from the top left.

Usage: benches/made.py [--reader COMMAND] FOLDER
Build first: cargo build --release -p pdf --example pages   (or give --reader "target/release/pto pages --json")
A word is right when it has the same letters as a true one and the middle of each lies in the box of the other.
"""

import argparse
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


def holds(box: list, other: list) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return box[0] - 0.5 <= x <= box[2] + 0.5 and box[1] - 0.5 <= y <= box[3] + 0.5


def right(have: list, want: list) -> int:
    places: dict[str, list] = {}
    for text, box in have:
        places.setdefault(text, []).append(box)
    hits = 0
    for *box, text in want:
        near = [own for own in places.get(text, []) if holds(own, box) and holds(box, own)]
        if near:
            places[text].remove(near[0])
            hits += 1
    return hits


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--reader", default=str(ROOT / "target/release/examples/pages"))
    options.add_argument("--misses", type=int, default=0)
    options = options.parse_args()
    print(f"{'true':>8} {'read':>8} {'precision':>9} {'recall':>7} {'F1':>7}  file")
    for path in sorted(options.folder.glob("*.pdf")):
        truth = json.loads(path.with_suffix(".json").read_text())
        truth = truth["pages"] if isinstance(truth, dict) else truth
        output = subprocess.run([*options.reader.split(), path], check=True, capture_output=True).stdout.decode()
        pages = [[(word["text"], word["box"]) for word in json.loads(line)["words"]] for line in output.splitlines()]
        wanted = [page["words"] if isinstance(page, dict) else page for page in truth]
        hits = sum(right(have, want) for have, want in zip(pages, wanted, strict=True))
        read, true = sum(map(len, pages)), sum(map(len, wanted))
        precision, recall = hits / max(read, 1), hits / max(true, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        print(f"{true:8} {read:8} {precision:9.4f} {recall:7.4f} {f1:7.4f}  {path.name}")
        shown = 0
        for number, (have, want) in enumerate(zip(pages, wanted), 1):
            texts = {text for text, _ in have}
            for *box, text in want:
                if text not in texts and shown < options.misses:
                    near = [own for own, place in have if holds(place, box)]
                    print(f"{'':10} p. {number} «{text}» read as {near}")
                    shown += 1


main()
