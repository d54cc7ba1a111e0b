"""What only Cairn itself can time: switching endpoints, and installing one vhost among many."""

import json

from cairnbench.host import progress
from cairnbench.table import Row

SWITCH_LIMIT_MS = 10
VHOST_LIMIT_MS = 250


def measure(host, apps):
    progress("Timing endpoint switches and vhosts")
    switch = bench(host, "endpoint-switch", 50)
    vhost = bench(host, "vhost", apps)
    return [
        Row("switching an app's endpoints in the running nginx", switch, SWITCH_LIMIT_MS, "ms", "file and nginx, 50 times"),
        Row(f"installing one vhost among {apps:,}", vhost, VHOST_LIMIT_MS, "ms",
            "rendered, tested, installed, reloaded, new generation answering"),
    ]


def bench(host, what, count):
    return float(json.loads(host.cairn("internal:bench", what, str(count)))["median_ms"])
