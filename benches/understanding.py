"""Measures how long the rules take over a set that is read, on one core, and checks that what they found is true.

Usage: python3 benches/understanding.py [--pages 250] [--repeat 7] [--most 2.0]
Build first: cargo build --release --workspace --all-features --example synthetic_set --example understand
Only the rules are timed (the example says how long they took); the process, which reads the file first, is held on one core.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import tempfile

from run import RELEASE, machine

SPEED = re.compile(r"(\d+) pages, rules ([\d.]+)(µs|ms|s)")
SECONDS = {"µs": 1e-6, "ms": 1e-3, "s": 1.0}


def understood(source: pathlib.Path) -> tuple[dict, int, float]:
    """What was found, the number of pages, and the seconds of the rules."""
    command = ["taskset", "-c", "0", RELEASE / "examples/understand", source]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    pages, amount, unit = SPEED.search(run.stderr).groups()
    return json.loads(run.stdout), int(pages), float(amount) * SECONDS[unit]


def check(found: dict, truth: dict, pages: int) -> None:
    analysis, document = found["analysis"], found["document"]
    rows = lambda name, *fields: [[row[field] for field in fields] for row in analysis[name]]
    compared = {
        "pages": (pages, len(truth["pages"])),
        "cipher": (document["cipher"], truth["cipher"]),
        "mark": (document["mark"], truth["mark"]),
        "drawing list": (rows("drawing_list", "sheet", "name", "note"), truth["drawing_list"]),
        "references": (rows("references", "designation", "name"), truth["references"]),
        "hidden works": ([item["name"] for item in analysis["hidden_works"]["items"]], truth["hidden_works"]),
        "rows of specifications": (
            sum(row["quantity"] is not None for row in analysis["specification"]),
            len(truth["specification"]),
        ),
    }
    for name, (got, wanted) in compared.items():
        if got != wanted:
            raise SystemExit(f"{name}: {got} instead of {wanted}")
    if not analysis["works"]:
        raise SystemExit("no works")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--pages", type=int, default=250)
    options.add_argument("--repeat", type=int, default=7)
    options.add_argument("--most", type=float, default=2.0)
    options = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, truth = pathlib.Path(folder) / "set.pdf", pathlib.Path(folder) / "truth.json"
        command = [RELEASE / "examples/synthetic_set", str(options.pages), "5", source, truth]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        truth, seconds = json.loads(truth.read_text()), []
        for _ in range(options.repeat):
            found, pages, took = understood(source)
            check(found, truth, pages)
            seconds.append(took)
    analysis = found["analysis"]
    print(f"{machine()}, one core: the rules over {pages} pages, {options.repeat} runs")
    print(f"median {statistics.median(seconds):.3f} s, fastest {min(seconds):.3f} s, slowest {max(seconds):.3f} s")
    print(
        f"found and right: {len(analysis['title_blocks'])} title blocks, {len(analysis['drawing_list'])} sheets listed, "
        f"{len(analysis['references'])} references, {len(analysis['hidden_works']['items'])} hidden works, "
        f"{len(analysis['specification'])} rows of specifications; {len(analysis['works'])} works drafted"
    )
    if statistics.median(seconds) > options.most:
        raise SystemExit(f"more than {options.most} s")


if __name__ == "__main__":
    main()
