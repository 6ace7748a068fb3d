"""Tests of check_queries.py: python3 -m unittest discover -s infra/monitoring -p 'test_*.py'"""

import contextlib
import io
import os
import tempfile
import unittest

import check_queries

STAGES = [
    "upload-handler", "pdf-splitter", "page-extractor", "page-recognizer", "indexer", "rd-analyzer", "aosr-generator",
    "bundle-builder", "sweeper",
]  # fmt: skip
EDGES = ["1", "48", "72", "96", "120", "192", "+Inf"]


def metrics_text():
    """What a program that exports everything would answer."""
    lines = ["# TYPE tasks_total counter", "llm_cost 0", 'rejections_total{code="not-pdf"} 1']
    for stage in STAGES:
        lines += [f'queue_size{{queue_name="{stage}"}} 0', f'dlq_size{{queue_name="{stage}"}} 0']
        lines += [f'tasks_total{{task_type="{stage}",verdict="{verdict}"}} 1' for verdict in ("ack", "reject", "retry", "dead")]
        lines += [f'task_duration_seconds_bucket{{task_type="{stage}",le="{edge}"}} 1' for edge in EDGES]
        lines += [f'task_duration_seconds_sum{{task_type="{stage}"}} 0.5', f'task_duration_seconds_count{{task_type="{stage}"}} 1']
    lines += [f'documents_processed_total{{outcome="{outcome}"}} 1' for outcome in ("done", "rejected", "failed")]
    lines += [f'fallback_total{{operation="{name}"}} 0' for name in ("upload", "analysis", "act", "search", "bundle")]
    lines += [f'llm_tokens_total{{direction="{direction}"}} 0' for direction in ("in", "out")]
    return "\n".join(lines)


def check(text):
    """Exit code and standard output of the script over a text of metrics."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8", delete=False) as file:
        file.write(text)
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            return check_queries.main([file.name]), out.getvalue()
    finally:
        os.unlink(file.name)


def without(part):
    return "\n".join(line for line in metrics_text().splitlines() if part not in line)


class Selectors(unittest.TestCase):
    def test_metrics_are_told_from_functions_labels_and_words(self):
        query = 'sum by (a, le) (rate(x_total{b=~"c|d", e="f"}[5m])) / on (a) group_left (g) max without (h) (y) > bool 0.8 or absent(z)'
        found = check_queries.selectors(query)
        self.assertEqual([metric for metric, _ in found], ["x_total", "y", "z"])
        self.assertEqual(found[0][1], [("b", "=~", "c|d"), ("e", "=", "f")])


class Check(unittest.TestCase):
    def test_a_program_that_exports_everything_passes(self):
        code, out = check(metrics_text())
        self.assertEqual(code, 0, out)

    def test_every_metric_is_asked_for_by_some_query(self):
        for metric in ("tasks_total", "queue_size", "dlq_size", "fallback_total", "llm_cost", "llm_tokens_total",
                       "documents_processed_total", "rejections_total", "task_duration_seconds_bucket",
                       "task_duration_seconds_sum"):  # fmt: skip
            code, out = check(without(metric))
            self.assertEqual(code, 1, metric)
            self.assertIn(f"{metric}: нет такой метрики", out)

    def test_a_value_that_never_occurs_is_found(self):
        code, out = check(without('outcome="done"'))
        self.assertEqual(code, 1)
        self.assertIn('documents_processed_total: нет значения outcome="done"', out)

    def test_a_renamed_label_is_found(self):
        code, out = check(metrics_text().replace("verdict=", "result="))
        self.assertEqual(code, 1)
        self.assertIn("tasks_total: нет метки verdict", out)

    def test_thresholds_must_be_edges_of_buckets(self):
        code, out = check(without('le="96"'))
        self.assertEqual((code, out), (1, "task_duration_seconds_bucket: нет границы le=96\n"))


if __name__ == "__main__":
    unittest.main()
