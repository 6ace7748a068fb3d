#!/usr/bin/env python3
"""Checks that dashboards and alert rules ask only for metrics that the program exports.

    check_queries.py METRICS_FILE

METRICS_FILE is what `GET /metrics` of `pto serve` answered after one document was processed and one file was refused (a
histogram has no buckets before its first value, and a refusal is counted under its code). Read are grafana/dashboards/*.json and prometheus/rules/pto.yml beside this file.
Checked are:
  - every metric named in a query occurs in METRICS_FILE, is recorded by a rule, or is made by Prometheus itself (`up`);
  - every label that a query selects by (`{task_type="rd-analyzer"}`) is a label of that metric, and the value that an `=`
    asks for occurs; the labels of `up`, of recorded series and `le` are not looked at;
  - the histogram of task durations has a bucket that ends at 80 % of every stage's limit and at 120 s, for a quantile
    between two edges is a guess;
  - `promtool check rules` accepts every query of the dashboards, if promtool is installed.
Exit code: 0 all is well, 1 something is missing (one line each on standard output), 2 wrong usage or unreadable files.
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MADE_BY_PROMETHEUS = {"up"}
# Words of PromQL that stand where a metric could stand and are none.
WORDS = {"by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "and", "or", "unless", "inf", "nan"}
# Grafana fills these in before a query is sent.
VARIABLES = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "6h"}
DURATIONS = "task_duration_seconds"
ANALYSIS_LIMIT_SECONDS = 120.0

TOKEN = re.compile(
    r'\s+|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[A-Za-z_:][A-Za-z0-9_:.]*|\[[^\]]*\]|[0-9][0-9a-zA-Z_.+]*|=~|!~|!=|==|<=|>=|.',
    re.S,
)
MATCHER = re.compile(r'([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')


def selectors(query):
    """The vector selectors of a PromQL query: (metric, [(label, operator, value)])."""
    tokens = [token for token in TOKEN.findall(query) if not token.isspace()]
    found, index = [], 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if token in ("by", "without", "on", "ignoring", "group_left", "group_right") and following == "(":
            while tokens[index] != ")":
                index += 1
        elif re.fullmatch(r"[A-Za-z_:][A-Za-z0-9_:]*", token) and token.lower() not in WORDS and following not in ("(", "by", "without"):
            matchers = []
            if following == "{":
                end = tokens.index("}", index)
                matchers = MATCHER.findall("".join(tokens[index + 2 : end]))
                index = end
            found.append((token, matchers))
        index += 1
    return found


def exported(text):
    """Name -> list of label sets, of every sample in a Prometheus text."""
    series = {}
    for line in text.splitlines():
        sample = re.match(r"([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(.*)\})?\s+\S+", line)
        if line.startswith("#") or not sample:
            continue
        labels = dict(re.findall(r'([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"', sample.group(2) or ""))
        series.setdefault(sample.group(1), []).append(labels)
    return series


def rule_queries(path):
    """(what, query) of every rule, and the series that rules record with their values; no YAML library is needed for them,
    because promtool gives the rules back as JSON only to a server: the file is read by its own two shapes."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    queries, recorded, limits = [], set(), []
    for match in re.finditer(r'\{record: "([^"]+)", expr: ([^,]+), labels: \{([^}]*)\}\}', text):
        recorded.add(match.group(1))
        queries.append((f"правило {match.group(1)}", match.group(2)))
        limit = re.fullmatch(r"vector\(([0-9.]+)\)", match.group(2).strip())
        if match.group(1) == "pto:stage_limit_seconds" and limit:
            limits.append(float(limit.group(1)))
    pattern = re.compile(r"- alert: (\w+)\n\s+expr:(.*?)\n\s+(?:for|labels):", re.S)
    for match in pattern.finditer(text):
        queries.append((f"оповещение {match.group(1)}", re.sub(r"^\s*>-", "", match.group(2)).strip()))
    expected = text.count("- alert:") + text.count("record:")
    if len(queries) != expected or not limits:
        raise ValueError(f"{path}: понято правил {len(queries)} из {expected}")
    return queries, recorded, limits


def dashboard_queries(path):
    """(what, query) of every panel of a dashboard and of its variables."""
    with open(path, encoding="utf-8") as file:
        dashboard = json.load(file)
    queries = []

    def of_panels(panels):
        for panel in panels:
            of_panels(panel.get("panels", []))
            for target in panel.get("targets", []):
                queries.append((f"{os.path.basename(path)} «{panel['title']}»", target["expr"]))

    of_panels(dashboard["panels"])
    if not queries:
        raise ValueError(f"{path}: ни одного запроса")
    return queries


def missing(queries, series, recorded):
    """One line per thing that a query asks for and nobody exports."""
    lines = []
    for what, query in queries:
        for metric, matchers in selectors(query):
            if metric in recorded or metric in MADE_BY_PROMETHEUS:
                continue
            if metric not in series:
                lines.append(f"{metric}: нет такой метрики ({what})")
                continue
            for label, operator, value in matchers:
                if label == "le":
                    continue
                values = {labels[label] for labels in series[metric] if label in labels}
                if not values:
                    lines.append(f"{metric}: нет метки {label} ({what})")
                elif operator == "=" and value not in values:
                    lines.append(f'{metric}: нет значения {label}="{value}" ({what})')
    return lines


def missing_edges(series, limits):
    """One line per threshold of the rules that is no edge of a bucket of the task durations."""
    edges = {float(labels["le"]) for labels in series.get(f"{DURATIONS}_bucket", []) if "le" in labels}
    wanted = sorted({round(0.8 * limit, 6) for limit in limits} | {ANALYSIS_LIMIT_SECONDS})
    return [f"{DURATIONS}_bucket: нет границы le={edge:g}" for edge in wanted if edge not in edges]


def refused_by_promtool(queries):
    """What promtool says of the queries it does not accept; empty when all are well or promtool is not installed."""
    if not shutil.which("promtool"):
        print("promtool не найден: запросы панелей не проверены разбором (пакет prometheus)", file=sys.stderr)
        return []
    rules = []
    for number, (_, query) in enumerate(queries):
        for variable, value in VARIABLES.items():
            query = query.replace(variable, value)
        rules.append({"record": f"checked:query:{number}", "expr": query})
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
        json.dump({"groups": [{"name": "dashboards", "rules": rules}]}, file)
        file.flush()
        checked = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True)
    return [] if checked.returncode == 0 else [f"promtool: {line}" for line in checked.stderr.strip().splitlines()]


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            series = exported(file.read())
        queries, recorded, limits = rule_queries(os.path.join(HERE, "prometheus", "rules", "pto.yml"))
        dashboards = sorted(glob.glob(os.path.join(HERE, "grafana", "dashboards", "*.json")))
        of_dashboards = [query for path in dashboards for query in dashboard_queries(path)]
    except (OSError, ValueError, KeyError) as error:
        print(error, file=sys.stderr)
        return 2
    lines = missing(queries + of_dashboards, series, recorded)
    lines += missing_edges(series, limits) + refused_by_promtool(of_dashboards)
    for line in lines:
        print(line)
    if not lines:
        print(f"Проверено запросов: {len(queries)} в правилах и {len(of_dashboards)} в панелях ({len(dashboards)} файла); всё на месте.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
