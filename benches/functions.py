"""Measures the functions as AWS Lambda runs them: size, cold start, peak memory, CPU and GB-seconds per stage of one document.

Usage: scripts/emulators && cargo build --release --workspace --all-features --bins --examples
       target/emulators/ministack/bin/python benches/functions.py [--pages 10 100 250] [--scans text table a3] [--json FILE]

Each binary runs as its own process under a Runtime API of this script, one event at a time, its stores being an emulator on
the same machine. A cold start is the time from the start of the process to its first request for an event. The messages a stage
sends are taken from its queue and delivered in turn, as the event source mapping does. GB-seconds are wall time by the memory that template.yaml
gives the function; the CPU time beside them does not depend on how fast the emulator answers. Scans are synthetic ones of 200 dpi,
a document of each kind that is named.
"""

import argparse
import collections
import http.server
import json
import os
import pathlib
import platform
import queue
import socket
import subprocess
import tempfile
import threading
import time
import uuid

import boto3
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target/release"
STAGES = "upload-handler pdf-splitter page-extractor page-recognizer indexer rd-analyzer aosr-generator bundle-builder".split()
ALL_STAGES = [*STAGES, "sweeper"]
TICK = os.sysconf("SC_CLK_TCK")
STARTS = 5
CALLS = 200


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Function:
    """One execution environment: a binary and the Runtime API it asks for events."""

    def __init__(self, stage: str, environment: dict):
        self.events, self.answers = queue.Queue(), queue.Queue()
        self.asked = threading.Event()
        self.log = tempfile.TemporaryFile()
        function = self

        class RuntimeApi(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # An answer goes out in one piece and at once: else delayed acknowledgements add 40 ms to every call.
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self):
                function.asked_at = time.perf_counter()
                function.asked.set()
                body = function.events.get()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", str(uuid.uuid4()))
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + 900) * 1000)))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", f"arn:aws:lambda:eu-central-1:000000000000:function:{stage}")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                function.answers.put((time.perf_counter(), self.path, body))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        port = free_port()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), RuntimeApi)
        self.server.handle_error = lambda *_: None  # a function that is stopped breaks its connection
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [RELEASE / stage],
            env={**environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}", "AWS_LAMBDA_FUNCTION_NAME": stage,
                 "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
                 "AWS_LAMBDA_LOG_GROUP_NAME": stage, "AWS_LAMBDA_LOG_STREAM_NAME": stage},
            stdout=self.log, stderr=self.log)
        if not self.asked.wait(30):
            raise SystemExit(f"{stage} did not ask for an event")
        self.cold_start_s = self.asked_at - started

    def invoke(self, event: dict) -> tuple[float, dict]:
        given = time.perf_counter()
        self.events.put(json.dumps(event).encode())
        answered, path, body = self.answers.get(timeout=300)
        if not path.endswith("/response"):
            raise SystemExit(f"the function answered {path}: {body.decode()}")
        return answered - given, json.loads(body)

    def used(self) -> tuple[float, float]:
        """CPU seconds, those of its ended children (`tesseract`) among them, and peak resident memory in MB, its own, so far."""
        pid = self.process.pid
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        peak_kb = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
        return sum(map(int, fields[11:15])) / TICK, peak_kb / 1024

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.server.shutdown()


class Cloud:
    """The emulator with the stores and queues of an empty installation."""

    def __init__(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "AWS_ENDPOINT_URL": self.url}
        program = pathlib.Path(os.sys.executable).parent / "ministack"
        self.process = subprocess.Popen([program], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        client = lambda name: boto3.client(name, endpoint_url=self.url, region_name="eu-central-1",
                                           aws_access_key_id="test", aws_secret_access_key="test")
        self.s3, self.sqs, self.dynamodb = client("s3"), client("sqs"), client("dynamodb")
        for bucket in ("uploads", "results"):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        key = lambda name, kind: {"AttributeName": name, "KeyType": kind}
        self.dynamodb.create_table(
            TableName="records", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
            KeySchema=[key("PK", "HASH"), key("SK", "RANGE")])
        self.queues = {stage: self.sqs.create_queue(QueueName=stage)["QueueUrl"] for stage in ALL_STAGES}
        dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        self.environment = {
            "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": self.url, "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "PTO_TABLE": "records", "PTO_LARGEST_FILE_MIB": "512",
            "PTO_TESSERACT": "tesseract",
            "PTO_BUCKET_UPLOADS": "uploads", "PTO_DEAD_LETTERS": dead,
            **{f"PTO_BUCKET_{name.upper()}": f"results/{name}" for name in ("pages", "index", "results")},
            **{f"PTO_QUEUE_{stage.upper().replace('-', '_')}": url for stage, url in self.queues.items()},
        }

    def next_event(self, stage: str) -> tuple[dict, list] | None:
        got = self.sqs.receive_message(QueueUrl=self.queues[stage], MaxNumberOfMessages=1).get("Messages", [])
        if not got:
            return None
        records = [{"messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
                    "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {}, "eventSource": "aws:sqs",
                    "eventSourceARN": f"arn:aws:sqs:eu-central-1:000000000000:{stage}", "awsRegion": "eu-central-1"}
                   for message in got]
        return {"Records": records}, got

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def memory_of_functions() -> dict:
    """MB of each function, from template.yaml."""
    template = yaml.safe_load((ROOT / "template.yaml").read_text())
    found = {}
    for resource in template["Resources"].values():
        if isinstance(resource, dict) and resource.get("Type") == "AWS::Serverless::Function":
            _, (mapping, row, column) = resource["Properties"]["MemorySize"].popitem()
            found[resource["Metadata"]["BuildProperties"]["Binary"]] = template["Mappings"][mapping][row][column]
    return found


def drawing_set(pages: int, folder: str) -> pathlib.Path:
    source = pathlib.Path(folder) / "set.pdf"
    subprocess.run([RELEASE / "examples/synthetic_set", str(pages), "1", source, f"{folder}/truth.json"], check=True)
    return source


def scans(kind: str, folder: str) -> pathlib.Path:
    subprocess.run([RELEASE / "examples/synthetic_scans", folder, f"kinds={kind}", "dpi=200"], check=True, stdout=subprocess.DEVNULL)
    return pathlib.Path(folder) / f"{kind}-200.pdf"


def one_document(make, memory: dict, is_set: bool = True) -> dict:
    """Every stage of one document in processes of its own; of a drawing set a bundle must come."""
    cloud = Cloud()
    functions = {stage: Function(stage, cloud.environment) for stage in STAGES}
    try:
        with tempfile.TemporaryDirectory() as folder:
            source = make(folder)
            source_bytes = source.stat().st_size
            cloud.s3.upload_file(str(source), "uploads", "local/set.pdf")
        created = {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
                                "s3": {"bucket": {"name": "uploads"}, "object": {"key": "local/set.pdf"}}}]}
        cloud.sqs.send_message(QueueUrl=cloud.queues["upload-handler"], MessageBody=json.dumps(created))
        spent, calls = collections.Counter(), collections.Counter()
        moved = True
        while moved:
            moved = False
            for stage in STAGES:
                while (taken := cloud.next_event(stage)) is not None:
                    moved = True
                    event, messages = taken
                    seconds, answer = functions[stage].invoke(event)
                    if answer.get("batchItemFailures"):
                        raise SystemExit(f"{stage} failed on {messages[0]['Body']}\n{functions[stage].said()}")
                    spent[stage] += seconds
                    calls[stage] += 1
                    cloud.sqs.delete_message(QueueUrl=cloud.queues[stage], ReceiptHandle=messages[0]["ReceiptHandle"])
        bundles = [item for item in cloud.s3.list_objects_v2(Bucket="results", Prefix="results/").get("Contents", [])
                   if item["Key"].endswith("bundle.pdf")]
        if is_set and len(bundles) != 1:
            raise SystemExit("the set did not become a bundle; the figures mean nothing")
        kept = collections.Counter()
        for item in cloud.s3.list_objects_v2(Bucket="results", Prefix="pages/").get("Contents", []):
            kept["words" if "/recognised/" in item["Key"] else "pages"] += item["Size"]
        if not is_set and not kept["words"]:
            raise SystemExit("nothing was recognised; the figures mean nothing")
        rows = {"bytes": {"source": source_bytes, **kept}}
        for stage, function in functions.items():
            cpu, peak_mb = function.used()
            rows[stage] = {"invocations": calls[stage], "seconds": spent[stage], "cpu_seconds": cpu, "peak_mb": peak_mb,
                           "gb_seconds": spent[stage] * memory[stage] / 1024,
                           "log_bytes": len(function.said().encode()) / max(1, calls[stage])}
        return rows
    finally:
        for function in functions.values():
            function.stop()
        cloud.stop()


def per_call(cloud: Cloud, name: str, event: dict) -> dict:
    """What one warm call costs of a function that is no part of a document's way."""
    function = Function(name, {**cloud.environment, "PTO_SINGLE_TENANT": "local"})
    try:
        function.invoke(event)
        before, _ = function.used()
        seconds = sum(function.invoke(event)[0] for _ in range(CALLS))
        cpu, peak_mb = function.used()
        return {"cold_start_ms": function.cold_start_s * 1000, "peak_mb": peak_mb, "seconds": seconds / CALLS,
                "cpu_seconds": (cpu - before) / CALLS}
    finally:
        function.stop()


def other_functions() -> dict:
    cloud = Cloud()
    try:
        event = lambda name: json.loads((ROOT / "events/aws" / name).read_text())
        return {"sweeper": per_call(cloud, "sweeper", event("schedule.json")),
                "api": per_call(cloud, "api", event("api-get-jobs.json"))}
    finally:
        cloud.stop()


def cold_starts() -> dict:
    cloud = Cloud()
    try:
        starts = {}
        for stage in STAGES:
            times = []
            for _ in range(STARTS):
                function = Function(stage, cloud.environment)
                times.append(function.cold_start_s)
                function.stop()
            starts[stage] = sorted(times)[STARTS // 2]
        return starts
    finally:
        cloud.stop()


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--pages", type=int, nargs="+", default=[10, 100, 250])
    options.add_argument("--scans", nargs="*", default=[], choices=["text", "table", "a3", "a2", "a1"])
    options.add_argument("--json", type=pathlib.Path)
    options = options.parse_args()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), platform.machine())
    print(f"{model}, {os.cpu_count()} cores")
    memory, starts = memory_of_functions(), cold_starts()
    documents = {pages: one_document(lambda folder, pages=pages: drawing_set(pages, folder), memory) for pages in options.pages}
    scanned = {kind: one_document(lambda folder, kind=kind: scans(kind, folder), memory, is_set=False) for kind in options.scans}
    print(f"\n{'stage':16} {'size, MB':>9} {'cold, ms':>9} {'memory':>7}", end="")
    for pages in documents:
        print(f" | {pages:4} p.: {'calls':>5} {'peak MB':>8} {'CPU, s':>7} {'wall, s':>8} {'GB-s':>7}", end="")
    print()
    for stage in STAGES:
        size_mb = (RELEASE / stage).stat().st_size / 1e6
        print(f"{stage:16} {size_mb:9.1f} {starts[stage] * 1000:9.0f} {memory[stage]:7}", end="")
        for rows in documents.values():
            row = rows[stage]
            print(f" | {'':9} {row['invocations']:5} {row['peak_mb']:8.0f} {row['cpu_seconds']:7.2f} {row['seconds']:8.2f}"
                  f" {row['gb_seconds']:7.2f}", end="")
        print()
    for kind, rows in scanned.items():
        print(f"scans, {kind}: {rows['bytes']}")
        for stage in STAGES:
            row = rows[stage]
            print(f"  {stage:16} {row['invocations']} calls, peak {row['peak_mb']:.0f} MB, CPU {row['cpu_seconds']:.2f} s, "
                  f"wall {row['seconds']:.2f} s, {row['gb_seconds']:.2f} GB-s")
    others = other_functions()
    for name, row in others.items():
        size_mb = (RELEASE / name).stat().st_size / 1e6
        print(f"{name:16} {size_mb:9.1f} {row['cold_start_ms']:9.0f} {memory[name]:7} | a warm call: peak {row['peak_mb']:.0f} MB, "
              f"CPU {row['cpu_seconds'] * 1000:.1f} ms, wall {row['seconds'] * 1000:.1f} ms")
    if options.json:
        stages = {stage: {"size_mb": (RELEASE / stage).stat().st_size / 1e6, "cold_start_ms": starts[stage] * 1000,
                          "memory_mb": memory[stage], "documents": {str(pages): rows[stage] for pages, rows in documents.items()}}
                  for stage in STAGES}
        options.json.write_text(json.dumps({"hardware": f"{model}, {os.cpu_count()} cores", "stages": stages, "scans": scanned, "others": others}, indent=2, ensure_ascii=False) + "\n")


main()
