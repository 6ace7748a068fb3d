"""Measures pto against its peers on synthetic sets, both in one run on one machine, and checks that both outputs are right.

Usage: benches/setup && target/benches/bin/python benches/run.py [--pages 250] [--repeat 5] [--reading] [FILE...]
With --reading only text layers are read, not the whole job; further files are read beside the synthetic set.
Build first: cargo build --release --workspace --all-features --bin pto --example synthetic_set
CPU is user + system of the process and its children; memory is the peak resident set of the largest process.
"""

import argparse
import collections
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target/release"
PYTHON = sys.executable


# Starts a command from a process of its own, which is small: the memory of what starts a process counts to its peak, and a fork to
# its time.
LAUNCHER = """
import json, os, sys, time
started = time.monotonic()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
wall = time.monotonic() - started
told = [os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024]
os.write(int(os.environ["PTO_BENCH_PIPE"]), json.dumps(told).encode())
"""


def measured(command: list, output: pathlib.Path | None = None) -> dict:
    """Runs a command; its time and peak memory are its alone, without the start of the launcher."""
    read, write = os.pipe()
    launch = [PYTHON, "-I", "-S", "-c", LAUNCHER, *(str(part) for part in command)]
    environment = {**os.environ, "PTO_BENCH_PIPE": str(write)}
    with open(output or os.devnull, "wb") as out:
        subprocess.run(launch, stdout=out, stderr=subprocess.DEVNULL, pass_fds=[write], env=environment, check=True)
    code, cpu, wall, peak_mb = json.loads(os.read(read, 1000))
    os.close(read), os.close(write)
    if code not in (0, 3):
        raise SystemExit(f"{command} ended with {code}")
    return {"cpu": cpu, "wall": wall, "peak_mb": peak_mb}


def machine() -> str:
    """The model of the processor."""
    return next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), platform.machine())


def median(runs: list[dict]) -> dict:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def interleaved(repeat: int, ours, theirs) -> tuple[dict, dict]:
    """Takes turns, so that what else the machine does falls on both."""
    pairs = [(ours(), theirs()) for _ in range(repeat)]
    return median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])


def words_of(path: pathlib.Path) -> list[list[str]]:
    return [[word["text"] for word in json.loads(line)["words"]] for line in path.read_text().splitlines()]


def recall(found: list[list[str]], truth: list[list[str]]) -> float:
    """Share of the true words that were found on their page."""
    hits = total = 0
    for have, want in zip(found, truth, strict=True):
        left = {}
        for word in have:
            left[word] = left.get(word, 0) + 1
        for word in want:
            total += 1
            if left.get(word, 0) > 0:
                left[word] -= 1
                hits += 1
    return hits / total


def show(name: str, ours: dict, theirs: dict, peer: str) -> None:
    print(f"\n{name}")
    print(f"{'':24} {'CPU, s':>9} {'wall, s':>9} {'peak, MB':>9}")
    print(f"{'pto':24} {ours['cpu']:9.3f} {ours['wall']:9.3f} {ours['peak_mb']:9.0f}")
    print(f"{peer:24} {theirs['cpu']:9.3f} {theirs['wall']:9.3f} {theirs['peak_mb']:9.0f}")
    ratios = [theirs[key] / ours[key] for key in ("cpu", "wall", "peak_mb")]
    print(f"{'ratio':24} {ratios[0]:8.1f}× {ratios[1]:8.1f}× {ratios[2]:8.1f}×")


def reading(source: pathlib.Path, jobs: int) -> list:
    return [RELEASE / "pto", "pages", source, "--json", "--no-ocr", "--jobs", str(jobs)]


def clean_pages(ours: pathlib.Path, theirs: pathlib.Path) -> tuple[int, float]:
    """How many pages have no fault, and the share of the words of both readers on them that the other has, too."""
    lines = [json.loads(line) for line in ours.read_text().splitlines()]
    clean = [place for place, page in enumerate(lines) if not page["faults"]]
    peer_words = words_of(theirs)
    have = [[word["text"] for word in lines[place]["words"]] for place in clean]
    want = [peer_words[place] for place in clean]
    total = sum(map(len, have)) + sum(map(len, want))
    common = sum((collections.Counter(own) & collections.Counter(other)).total() for own, other in zip(have, want))
    return len(clean), 2 * common / max(total, 1)


def bench_words(source: pathlib.Path, truth: list[list[str]] | None, work: pathlib.Path, repeat: int) -> None:
    ours_out, theirs_out = work / "ours.jsonl", work / "theirs.jsonl"
    ours, theirs = interleaved(
        repeat,
        lambda: measured(reading(source, 1), ours_out),
        lambda: measured([PYTHON, ROOT / "benches/peer/words.py", source], theirs_out),
    )
    pages = len(ours_out.read_text().splitlines())
    show(f"Words with boxes, one core, {pages} pages of {source.name}", ours, theirs, "PyMuPDF, one process")
    start_pto, start_peer = interleaved(
        repeat, lambda: measured([RELEASE / "pto", "--version"]), lambda: measured([PYTHON, "-c", "import pymupdf"])
    )
    work_ratio = (theirs["cpu"] - start_peer["cpu"]) / max(ours["cpu"] - start_pto["cpu"], 1e-3)
    print(f"without the start of the process: {work_ratio:.1f}× CPU")
    one, two = interleaved(repeat, lambda: measured(reading(source, 1)), lambda: measured(reading(source, 2)))
    print(f"two cores against one: {one['wall'] / two['wall']:.2f}× ({one['wall']:.3f} s and {two['wall']:.3f} s wall)")
    clean, agreement = clean_pages(ours_out, theirs_out)
    print(f"words equal on {clean} pages without a fault: {agreement:.4f}")
    if truth is None:
        return
    right, peer_right = recall(words_of(ours_out), truth), recall(words_of(theirs_out), truth)
    print(f"true words found: pto {right:.4f}, PyMuPDF {peer_right:.4f}")
    if right < 0.98:
        raise SystemExit("pto did not read the set right; its speed means nothing")


def bench_memory(work: pathlib.Path, pages: int = 1000) -> None:
    source = work / "long.pdf"
    subprocess.run([RELEASE / "examples/synthetic_set", str(pages), "3", source], check=True)
    for jobs in (1, 2):
        print(f"peak memory at {pages} pages, {jobs} thread(s): {measured(reading(source, jobs))['peak_mb']:.0f} MB")


def drafted_works(folder: pathlib.Path, items: list[str]) -> list[str]:
    """The works that acts were drafted of. Every item of the set's list must be one, or an act of another form (tests, structures)."""
    analysis = json.loads((folder / "analysis.json").read_text())
    names = {kind: [work["name"] for work in analysis[kind]] for kind in ("works", "other_acts")}
    everything = " ".join(names["works"] + names["other_acts"]).lower()
    missing = [item for item in items if item.lower() not in everything]
    if missing:
        raise SystemExit(f"{folder} has no act of {missing}")
    return names["works"]


def bench_job(source: pathlib.Path, items: list[str], pages: int, work: pathlib.Path, repeat: int) -> None:
    given = work / "items.json"

    def ours() -> dict:
        shutil.rmtree(work / "ours", ignore_errors=True)
        return measured([RELEASE / "pto", "process", source, "--out", work / "ours/out", "--data", work / "ours/data"])

    def theirs() -> dict:
        shutil.rmtree(work / "theirs", ignore_errors=True)
        return measured([PYTHON, ROOT / "benches/peer/pipeline.py", source, given, work / "theirs"])

    ours()
    works = drafted_works(work / "ours/out", items)
    given.write_text(json.dumps(works, ensure_ascii=False))
    mine, peer = interleaved(repeat, ours, theirs)
    for folder in (work / "ours/out", work / "theirs"):
        acts = len(list((folder / "acts").glob("*.pdf")))
        read = len(list((folder / "pages").glob("*.json")))
        if (acts, read) != (len(works), pages):
            raise SystemExit(f"{folder} has {acts} acts and {read} pages instead of {len(works)} and {pages}")
    show(f"The whole job, {pages} pages, {len(works)} acts", mine, peer, "PyMuPDF+docxtpl+LO+pypdf")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--pages", type=int, default=250)
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--reading", action="store_true")
    options.add_argument("files", nargs="*", type=pathlib.Path)
    options = options.parse_args()
    print(f"{machine()}, {os.cpu_count()} cores; medians of {options.repeat} runs taken in turns")
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        source, truth_file = work / "set.pdf", work / "truth.json"
        subprocess.run([RELEASE / "examples/synthetic_set", str(options.pages), "1", source, truth_file], check=True)
        truth = json.loads(truth_file.read_text())
        pages = [[word["text"] for word in page["words"]] for page in truth["pages"]]
        bench_words(source, pages, work, options.repeat)
        for file in options.files:
            bench_words(file, None, work, options.repeat)
        bench_memory(work)
        if options.reading:
            return
        bench_job(source, truth["hidden_works"], options.pages, work, max(1, options.repeat // 2))


if __name__ == "__main__":
    main()
