"""Counts what a model is sent for a document: questions, letters, bytes, and tokens as the program guesses them.

Usage: python3 benches/model.py FILE...
Build first: cargo build --release --workspace --all-features --bin pto
Every file is processed whole with a server of the OpenAI protocol on this computer that has nothing to add; what the server
received is counted, and checked against `analysis.json`. A guess is two letters a token and is never too low for Russian;
common models take three to four letters.
"""

import argparse
import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading

RELEASE = pathlib.Path(__file__).resolve().parent.parent / "target/release"
NOTHING = {"additions": [], "doubts": [], "phrasings": []}
LETTERS_OF_A_TOKEN = 2


class Server(http.server.BaseHTTPRequestHandler):
    """Answers every question with nothing to add, and keeps what it was asked."""

    asked: list[dict] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        question = json.loads(body)
        letters = sum(len(message["content"]) for message in question["messages"])
        schema = json.dumps(question.get("response_format", {}), ensure_ascii=False)
        Server.asked.append({"letters": letters + len(schema), "bytes": len(body), "answer": question["max_tokens"]})
        usage = {"prompt_tokens": (letters + len(schema)) // LETTERS_OF_A_TOKEN, "completion_tokens": 20}
        message = {"role": "assistant", "content": json.dumps(NOTHING)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        reply = json.dumps({"model": "counting", "choices": [choice], "usage": usage}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("files", nargs="+", type=pathlib.Path)
    options = options.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        **os.environ,
        "PTO_MODEL_LOCAL_URL": f"http://127.0.0.1:{server.server_port}/v1",
        "PTO_MODEL_LOCAL_NAME": "counting",
    }
    print(f"{'file':40} {'pages':>6} {'shown':>6} {'asked':>6} {'letters':>8} {'bytes':>8} {'tokens':>7} {'answer at most':>15}")
    for file in options.files:
        Server.asked.clear()
        with tempfile.TemporaryDirectory() as folder:
            out, data = pathlib.Path(folder) / "out", pathlib.Path(folder) / "data"
            command = [RELEASE / "pto", "process", file, "--out", out, "--data", data]
            run = subprocess.run(command, env=environment, capture_output=True, text=True)
            if run.returncode not in (0, 3):
                raise SystemExit(f"{file}: {run.stderr}")
            document = json.loads((out / "document.json").read_text())
            model = json.loads((out / "analysis.json").read_text()).get("model")
        letters, sent = sum(one["letters"] for one in Server.asked), sum(one["bytes"] for one in Server.asked)
        tokens = letters // LETTERS_OF_A_TOKEN
        if Server.asked and (model is None or abs(model["tokens_in"] - tokens) > len(Server.asked)):
            raise SystemExit(f"{file}: analysis.json says {model}, the server counted {tokens} tokens")
        answer = sum(one["answer"] for one in Server.asked)
        shown = len(model["pages"]) if model else 0
        print(f"{file.name:40} {document['pages']:6} {shown:6} {len(Server.asked):6} {letters:8} {sent:8} {tokens:7} {answer:15}")
    server.shutdown()


if __name__ == "__main__":
    main()
