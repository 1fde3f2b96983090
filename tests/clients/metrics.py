"""Reads what `/metrics` says as Prometheus' own client for Python does."""

import sys

from prometheus_client.parser import text_string_to_metric_families

families = {family.name: family for family in text_string_to_metric_families(sys.stdin.read())}
for name, kind in {
    "showrunner_payloads_sent": "counter",
    "showrunner_sent_bytes": "counter",
    "showrunner_outbox_payloads": "gauge",
    "showrunner_channel_on_air": "gauge",
    "showrunner_send_duration_seconds": "histogram",
    "showrunner_cue_lateness_seconds": "histogram",
    "showrunner_build_info": "gauge",
}.items():
    family = families[name]
    assert family.type == kind, (name, family.type)
    assert family.documentation, name
    assert family.samples, name
sent = families["showrunner_payloads_sent"].samples[0]
assert sent.value >= 2, sent
assert sent.labels["channel"] == "local", sent
assert all(name.startswith("showrunner_") for name in families), families
print("all as expected")
