"""Measures the recognition of scans beside plain tesseract: words, letters and CPU on synthetic sheets, both in one run.

Usage: benches/setup && target/benches/bin/python benches/ocr.py [--dpi 300,200,150] [--kinds text,table,a3,a2,a1]
Build first: cargo build --release --workspace --all-features --bin pto --example synthetic_scans

Ours is any command that prints one JSON line a page with `words` (`text`, `box` in points): `--ours 'pto pages {file} --json'`.
`{truth}` stands for the file of the truth. The special commands `tesseract` (the peer once more) and `truth` (a perfect reader)
try the bench itself. The peer is `tesseract -l rus` on whole pages drawn at 300 dpi by pdftoppm, whose own time is not counted.

A true word is found when a word of equal text has its middle on the true word's box. Texts are compared exact (as they stand),
folded (ё is е, one kind of dash and of quote) and alike (folded, and letters that look the same in Latin and Cyrillic are one).
The letter error rate compares line with line: the true line with all words whose middles lie on its words, in the order of
reading. Words that lie on no true word count against the precision of the page, in the tables over all zones. A word is
doubted when its confidence is below 0.8: how many of the wrong ones are, and how many of the right ones, is told apart.
"""

import argparse
import collections
import concurrent.futures
import functools
import json
import os
import pathlib
import platform
import re
import resource
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOUBTED = 0.8
ZONES = ["text", "table", "stamp", "heading", "vertical", "drawing"]
LOOKS = ["exact", "folded", "alike"]
FOLDED = str.maketrans({"ё": "е", "Ё": "Е", **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("«»“”„‟″", '"'), "’": "'"})
ALIKE = str.maketrans("ABCEHKMOPTXYaceopxyu", "АВСЕНКМОРТХУасеорхуи")


def look(text: str, kind: str) -> str:
    if kind == "exact":
        return text
    text = text.translate(FOLDED)
    return text if kind == "folded" else text.translate(ALIKE)


def spent(command: list, output: pathlib.Path) -> float:
    """Runs a command and gives its CPU seconds, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(output, "wb") as out:
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        done = subprocess.run([str(part) for part in command], stdout=out, stderr=subprocess.PIPE, env=environment)
    if done.returncode not in (0, 3):
        raise SystemExit(f"{command} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def tesseract(pages: list[pathlib.Path], work: pathlib.Path) -> tuple[float, list[list[dict]]]:
    cpu, read = 0.0, []
    for page in pages:
        tsv = work / "page.tsv"
        cpu += spent(["tesseract", page, "-", "-l", "rus", "--dpi", "300", "tsv"], tsv)
        words = []
        for line in tsv.read_text().splitlines()[1:]:
            *_, left, top, width, height, confidence, text = line.split("\t")
            if float(confidence) >= 0 and text.strip():
                left, top, width, height = (int(number) * 0.24 for number in (left, top, width, height))
                words.append({"text": text.strip(), "box": [left, top, left + width, top + height]})
        read.append(words)
    return cpu, read


def ours(command: str, source: pathlib.Path, pages: list[pathlib.Path], work: pathlib.Path) -> tuple[float, list[list[dict]]]:
    truth = source.with_suffix(".json")
    if command == "tesseract":
        return tesseract(pages, work)
    if command == "truth":
        return 0.0, [page["words"] for page in json.loads(truth.read_text())["pages"]]
    command = [part.format(file=source, truth=truth) for part in shlex.split(command)]
    cpu = spent(command, work / "ours.jsonl")
    return cpu, [json.loads(line)["words"] for line in (work / "ours.jsonl").read_text().splitlines()]


def middle(box: list[float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def distance(box: list[float], point: tuple[float, float]) -> float:
    """From the middle of a box, in its own half sides: up to 1 is inside."""
    (x, y), (px, py) = middle(box), point
    return max(abs(px - x) * 2 / max(box[2] - box[0], 4), abs(py - y) * 2 / max(box[3] - box[1], 4))


def edits(first: str, second: str) -> int:
    """Least number of letters put in, taken out or changed."""
    row = list(range(len(second) + 1))
    for index, letter in enumerate(first, 1):
        before, row[0] = row[0], index
        for other, own in enumerate(second, 1):
            before, row[other] = row[other], min(row[other] + 1, row[other - 1] + 1, before + (letter != own))
    return row[-1]


class Score(collections.Counter):
    """Sums by what was counted: true, found, hits by look, letters, wrong letters by look; right and false words, each by
    whether they are doubted."""

    def recall(self, kind: str) -> float:
        return self["hit", kind] / max(self["true"], 1)

    def precision(self, kind: str) -> float:
        return self["hit", kind] / max(self["found"], 1)

    def errors(self, kind: str) -> float:
        return self["wrong", kind] / max(self["letters"], 1)


def compare(truth: dict, found: list[dict]) -> dict[str, Score]:
    """Scores of one page by zone; words that lie on no true word are in «nowhere»."""
    scores = {zone: Score() for zone in [*ZONES, "nowhere"]}
    words = truth["words"]
    cells = collections.defaultdict(list)
    for index, word in enumerate(words):
        x0, y0, x1, y1 = (int(edge // 50) for edge in word["box"])
        for cell in ((x, y) for x in range(x0 - 1, x1 + 2) for y in range(y0 - 1, y1 + 2)):
            cells[cell].append(index)
        scores[word["zone"]]["true"] += 1
    near, lines = [], collections.defaultdict(list)
    for index, word in enumerate(found):
        point = middle(word["box"])
        candidates = cells.get((int(point[0] // 50), int(point[1] // 50)), [])
        reached = sorted((distance(words[own]["box"], point), own) for own in candidates)
        # A word that was read in one with its neighbour has its middle between the two.
        reached = [(far, own) for far, own in reached if far <= 1.3]
        near.append((index, reached))
        zone = words[reached[0][1]]["zone"] if reached else "nowhere"
        scores[zone]["found"] += 1
        if reached:
            lines[words[reached[0][1]]["line"]].append(word)
        # Tesseract has no confidence of its own here: none of its words is doubted.
        is_right = any(look(words[own]["text"], "alike") == look(word["text"], "alike") for _, own in reached)
        scores[zone]["right" if is_right else "false", word.get("confidence", 1) < DOUBTED] += 1
    for kind in LOOKS:
        pairs = sorted(
            (far, own, index)
            for index, reached in near
            for far, own in reached
            if look(words[own]["text"], kind) == look(found[index]["text"], kind)
        )
        taken_true, taken_found = set(), set()
        for _, own, index in pairs:
            if own not in taken_true and index not in taken_found:
                taken_true.add(own)
                taken_found.add(index)
                scores[words[own]["zone"]]["hit", kind] += 1
    true_lines = collections.defaultdict(list)
    for word in words:
        true_lines[word["line"]].append(word)
    for number, line in true_lines.items():
        score, upwards = scores[line[0]["zone"]], line[0]["rotation_deg"] == 90
        order = (lambda word: -middle(word["box"])[1]) if upwards else (lambda word: middle(word["box"])[0])
        want = " ".join(word["text"] for word in line)
        have = " ".join(word["text"] for word in sorted(lines[number], key=order))
        score["letters"] += len(want)
        for kind in LOOKS:
            score["wrong", kind] += edits(look(want, kind), look(have, kind))
    return scores


def merged(parts) -> Score:
    total = Score()
    for part in parts:
        total.update(part)
    return total


def table(title: str, rows: list[tuple[str, Score, Score]]) -> None:
    print(f"\n{title}")
    print(f"{'':26}{'words':>7} | {'recall, %':^23} | {'precision':^9} | {'letter errors, %':^15} || tesseract: recall | precision | letters")
    print(f"{'':26}{'':>7} | {'exact':>7} {'folded':>7} {'alike':>7} | {'alike':>9} | {'exact':>7} {'alike':>7} ||  exact  alike")
    for name, own, peer in rows:
        if own["true"]:
            recalls = " ".join(f"{100 * own.recall(kind):7.1f}" for kind in LOOKS)
            print(
                f"{name:26}{own['true']:7} | {recalls} | {100 * own.precision('alike'):9.1f} | {100 * own.errors('exact'):7.2f} "
                f"{100 * own.errors('alike'):7.2f} || {100 * peer.recall('exact'):6.1f} {100 * peer.recall('alike'):6.1f}"
                f"       | {100 * peer.precision('alike'):9.1f} | {100 * peer.errors('alike'):7.2f}"
            )


def drawn(source: pathlib.Path, work: pathlib.Path) -> list[pathlib.Path]:
    for old in work.glob("page-*.pgm"):
        old.unlink()
    spent(["pdftoppm", "-r", "300", "-gray", source, work / "page"], work / "log")
    return sorted(work.glob("page-*.pgm"), key=lambda path: int(re.findall(r"\d+", path.stem)[0]))


def measure(source: pathlib.Path, command: str, kept: pathlib.Path | None) -> dict:
    """One file: scores of both by page, and the CPU of both. What the peer read is kept, for it never changes."""
    truths = json.loads(source.with_suffix(".json").read_text())["pages"]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        known = kept / f"{source.stem}.json" if kept else None
        wanted = command == "tesseract" or not (known and known.exists())
        pages = drawn(source, work) if wanted else []
        own_cpu, own = ours(command, source, pages, work)
        if known and known.exists():
            peer_cpu, peer = json.loads(known.read_text())
        else:
            peer_cpu, peer = tesseract(pages, work)
        if known:
            kept.mkdir(parents=True, exist_ok=True)
            known.write_text(json.dumps([peer_cpu, peer], ensure_ascii=False))
    kind, dpi = source.stem.rsplit("-", 1)
    print(f"{source.stem}: {len(truths)} pages, CPU {own_cpu:.1f} s, tesseract {peer_cpu:.1f} s", file=sys.stderr)
    if not len(own) == len(peer) == len(truths):
        raise SystemExit(f"{source}: {len(own)} and {len(peer)} pages were read instead of {len(truths)}")
    return {
        "kind": kind,
        "dpi": int(dpi),
        "truths": truths,
        "found": own,
        "cpu": (own_cpu, peer_cpu),
        "own": [compare(truth, words) for truth, words in zip(truths, own)],
        "peer": [compare(truth, words) for truth, words in zip(truths, peer)],
    }


def report(runs: list[dict]) -> None:
    def pick(zones, kinds=None, dpi=None, page=lambda truth: True) -> tuple[Score, Score]:
        chosen = [run for run in runs if (kinds is None or run["kind"] in kinds) and dpi in (None, run["dpi"])]
        sides = (
            (scores[zone] for run in chosen for truth, scores in zip(run["truths"], run[side]) if page(truth) for zone in zones)
            for side in ("own", "peer")
        )
        own, peer = (merged(side) for side in sides)
        return own, peer

    resolutions = sorted({run["dpi"] for run in runs}, reverse=True)
    everywhere = [*ZONES, "nowhere"]
    rows = [(f"{zone}, {dpi} dpi", *pick([zone], dpi=dpi)) for zone in ZONES for dpi in resolutions]
    table("By zone", rows)
    table("By kind of page, all zones", [
        (f"{kind}, {dpi} dpi", *pick(everywhere, [kind], dpi)) for kind in dict.fromkeys(run["kind"] for run in runs) for dpi in resolutions
    ])
    table("By what the sheet is like, all zones", [
        (name, *pick(everywhere, page=test))
        for name, test in (
            ("grey", lambda truth: not truth["bilevel"]),
            ("black and white", lambda truth: truth["bilevel"]),
            ("shipped sans", lambda truth: not truth["lettered"]),
            ("drawing lettering", lambda truth: truth["lettered"]),
            ("turned by less than 0.7°", lambda truth: abs(truth["skew_deg"]) < 0.7),
            ("turned by more", lambda truth: abs(truth["skew_deg"]) >= 0.7),
        )
    ])
    aims = []
    for dpi in [*resolutions, None]:
        name = f"{dpi} dpi" if dpi else "all"
        aims += [
            (f"tables, {name} ≥ 95", *pick(["table"], ["table"], dpi)),
            (f"A3 stamps+heads, {name} ≥ 95", *pick(["stamp", "heading"], ["a3"], dpi)),
            (f"vertical, {name} ≥ 90", *pick(["vertical"], dpi=dpi)),
        ]
    table("The aims", sorted(aims, key=lambda row: row[0].split(",")[0]))
    print("\nDoubts: words that are wrong or stand where nothing is written, and right ones")
    for kind in [*dict.fromkeys(run["kind"] for run in runs), None]:
        own, _ = pick(everywhere, None if kind is None else [kind])
        silent, told, believed = own["false", False], own["false", True], own["right", False]
        right = believed + own["right", True]
        print(
            f"{kind or 'all':8} not doubted {silent:5} of {silent + told:5} wrong ones ({100 * silent / max(believed + silent, 1):4.1f} % of what "
            f"is believed); doubted {100 * own['right', True] / max(right, 1):4.1f} % of {right} right ones"
        )
    print("\nCPU, s (tesseract with one thread, drawing of its pages not counted)")
    for kind in [*dict.fromkeys(run["kind"] for run in runs), None]:
        chosen = [run for run in runs if kind in (None, run["kind"])]
        own, peer = (sum(run["cpu"][side] for run in chosen) for side in (0, 1))
        pages = sum(len(run["truths"]) for run in chosen)
        print(f"{kind or 'all':8} {pages:3} pages  ours {own:7.1f} ({own / pages:5.2f} a page)  tesseract {peer:7.1f} ({peer / pages:5.2f})  ratio {own / max(peer, 1e-9):5.2f} (≤ 2)")


def misses(runs: list[dict], most: int) -> None:
    """True words that were not found, with what was read on them."""
    for run in runs:
        for number, (truth, found) in enumerate(zip(run["truths"], run["found"]), 1):
            shown = 0
            for word in truth["words"]:
                over = [have["text"] for have in found if distance(word["box"], middle(have["box"])) <= 1.0]
                if shown < most and look(word["text"], "alike") not in [look(text, "alike") for text in over]:
                    shown += 1
                    print(f"{run['kind']}-{run['dpi']} p. {number} {word['zone']:9} «{word['text']}» read {over}")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--ours", default=f"{ROOT}/target/release/pto pages {{file}} --json --jobs 1")
    options.add_argument("--scans", help="a folder of scans made before; else they are made")
    options.add_argument("--make", default=str(ROOT / "target/release/examples/synthetic_scans"))
    options.add_argument("--seed", default="1")
    options.add_argument("--dpi", default="300,200,150")
    options.add_argument("--kinds", default="text,table,a3,a2,a1")
    options.add_argument("--wear", default="1")
    options.add_argument("--skew", default="3")
    options.add_argument("--pages", default="0", help="at most so many pages of a kind")
    options.add_argument("--jobs", type=int, default=1, help="files at once; CPU is then less exact")
    options.add_argument("--keep", type=pathlib.Path, help="folder where the peer's results are kept for the next run")
    options.add_argument("--misses", type=int, default=0, help="show so many missed words of each page")
    options = options.parse_args()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), platform.machine())
    version = subprocess.run(["tesseract", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    print(f"{model}, {os.cpu_count()} cores; {version}, -l rus; seed {options.seed}, {time.strftime('%d.%m.%Y')}")
    with tempfile.TemporaryDirectory() as folder:
        scans = pathlib.Path(options.scans or folder)
        if not options.scans:
            lettering = scans / "lettering.ttf"
            subprocess.run([sys.executable, ROOT / "benches/peer/lettering.py", lettering], check=True)
            values = [f"{name}={getattr(options, name)}" for name in ("seed", "dpi", "kinds", "wear", "skew", "pages")]
            subprocess.run([options.make, scans, *values, f"lettering={lettering}"], check=True, stdout=subprocess.DEVNULL)
        sources = [scans / f"{kind}-{dpi}.pdf" for kind in options.kinds.split(",") for dpi in options.dpi.split(",")]
        work = functools.partial(measure, command=options.ours, kept=options.keep)
        if options.jobs == 1:
            runs = [work(source) for source in sources]
        else:
            # Processes, not threads: the CPU of children is counted by process.
            with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
                runs = list(pool.map(work, sources))
    report(runs)
    misses(runs, options.misses)


main()
