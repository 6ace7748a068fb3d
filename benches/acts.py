"""Measures the printing of acts as PDF/A against docxtpl and LibreOffice, both in one run, and checks both outputs.

Usage: benches/setup && target/benches/bin/python benches/acts.py [--acts 100] [--single 10] [--repeat 3]
Build first: cargo build --release --workspace --all-features --example print_acts
All acts in one process of ours against one conversion of LibreOffice (its fast way); then each act in a process of its own.
LibreOffice has its profile made before it is measured. CPU is user + system of the process and its children.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import tempfile

from run import PYTHON, RELEASE, ROOT, interleaved, machine, measured, show

PRINT = RELEASE / "examples/print_acts"
PEER = ROOT / "benches/peer/acts.py"


def told(*command) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def letters(text: str) -> str:
    """Line ends may divide words and rules may stand between them."""
    return re.sub(r"[\s\u200b\u00ad_]+", "", text)


def check(folder: pathlib.Path, places: list[int], forms: list[dict], ours: bool) -> set[int]:
    """Every value of every act is read out of its PDF; answers how many pages acts have."""
    from peer.acts import values

    pages = set()
    for place in places:
        path = folder / f"{place}.pdf"
        text = letters(told("pdftotext", "-layout", path, "-"))
        for name, value in values(forms[place - 1]).items():
            # Of a value that goes on over lines the words are looked for: what stands beside it may come between.
            missing = [word for word in value.split() if letters(word) not in text]
            if missing:
                raise SystemExit(f"{path}: {name} lacks {missing}")
        fonts = told("pdffonts", path).splitlines()[2:]
        if not fonts or any(line.split()[-5] != "yes" for line in fonts):
            raise SystemExit(f"{path}: a typeface is not embedded\n" + "\n".join(fonts))
        data = path.read_bytes()
        if not re.search(rb"<pdfaid:part>2</pdfaid:part>", data):
            raise SystemExit(f"{path} does not say that it is PDF/A-2")
        if ours:
            subprocess.run(["qpdf", "--check", path], check=True, stdout=subprocess.DEVNULL)
        pages.add(int(re.search(r"Pages:\s+(\d+)", told("pdfinfo", path)).group(1)))
    return pages


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--acts", type=int, default=100)
    options.add_argument("--single", type=int, default=10)
    options.add_argument("--repeat", type=int, default=3)
    options = options.parse_args()
    print(f"{machine()}, {os.cpu_count()} cores; {told('soffice', '--version').strip()}; medians of {options.repeat} runs in turns")
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        acts, data, template = work / "acts.json", work / "forms.json", work / "template.docx"
        ours_out, theirs_out = work / "ours", work / "theirs/acts"
        subprocess.run([PRINT, "make", str(options.acts), acts, data], check=True)
        forms = json.loads(data.read_text())
        subprocess.run([PYTHON, PEER, "template", data, template], check=True)
        # One act in a process of its own: each side is given the data of that act alone.
        every_act = json.loads(acts.read_text())
        for place in range(1, options.single + 1):
            (work / f"act-{place}.json").write_text(json.dumps(every_act[place - 1 : place]))
            (work / f"form-{place}.json").write_text(json.dumps(forms[place - 1 : place]))
        measured([PYTHON, PEER, "print", work / "form-1.json", template, theirs_out, "1"])
        ours, theirs = interleaved(
            options.repeat,
            lambda: measured([PRINT, "print", acts, ours_out]),
            lambda: measured([PYTHON, PEER, "print", data, template, theirs_out]),
        )
        everything = list(range(1, options.acts + 1))
        pages = check(ours_out, everything, forms, True), check(theirs_out, everything, forms, False)
        show(f"{options.acts} acts, all at once (pages of an act: ours {pages[0]}, theirs {pages[1]})", ours, theirs, "docxtpl + LibreOffice")
        runs = [
            (
                measured([PRINT, "print", work / f"act-{place}.json", work / "single", str(place)]),
                measured([PYTHON, PEER, "print", work / f"form-{place}.json", template, work / "theirs/single", str(place)]),
            )
            for place in everything[: options.single]
        ]
        mean = [{key: sum(run[side][key] for run in runs) / len(runs) for key in runs[0][0]} for side in (0, 1)]
        check(work / "single", everything[: options.single], forms, True)
        check(work / "theirs/single", everything[: options.single], forms, False)
        show(f"One act in a process of its own, mean of {options.single}", *mean, "docxtpl + LibreOffice")


if __name__ == "__main__":
    main()
