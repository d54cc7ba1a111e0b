"""What only Cairn itself can time: switching endpoints, and installing one vhost among many."""

import json

from cairnbench.host import progress
from cairnbench.table import Row

SWITCH_LIMIT_MS = 10
VHOST_LIMIT_MS = 250


def measure_switch(host):
    progress("Timing endpoint switches")
    switch = bench(host, "endpoint-switch", "50")
    return Row("switching an app's endpoints in the running nginx", switch, SWITCH_LIMIT_MS, "ms", "50 times, file and nginx")


def measure_vhost(host, apps):
    progress(f"Timing a vhost among {apps:,}")
    vhost = bench(host, "vhost", "20", "--among", str(apps))
    note = "20 times: rendered, tested, installed, reloaded, the new generation answering"
    return Row(f"installing one vhost among {apps:,}", vhost, VHOST_LIMIT_MS, "ms", note)


def measure_secure_vhost(host, apps):
    progress(f"Timing a vhost among {apps:,} with certificates")
    pair = host.certificate("cairn.test")
    vhost = bench(host, "vhost", "10", "--among", str(apps), "--certificate", pair)
    note = "10 times: the same, each app with a certificate and so with server blocks of its own"
    return Row(f"installing one vhost with a certificate among {apps:,} of them", vhost, None, "ms", note)


def bench(host, *arguments):
    return float(json.loads(host.cairn("internal:bench", *arguments))["median_ms"])
