"""Runs the measurements in an order in which none disturbs the next, and prints the table."""

import argparse
import sys

from cairnbench import commands, memory, redeploy, routing
from cairnbench.bare import BareHost
from cairnbench.host import Host, progress
from cairnbench.table import describe_machine, render


def main():
    options = parse_options()
    rows = []
    with Host(options) as host:
        host.deploy_sample("hello")
        host.create_apps(3)
        rows += commands.measure(host, "few apps")
        rows += memory.measure_commands(host)
        with BareHost(host) as bare:
            rows += redeploy.measure(host, bare, options.rounds)
        rows += memory.measure_deploy(host, options.tree_mb)
        host.create_apps(options.apps)
        rows += commands.measure(host, f"{options.apps:,} apps")
        rows += routing.measure(host, options.apps)
        print(describe_machine(host))
    print(render(rows))
    return 0 if all(row.holds for row in rows) else 1


def parse_options():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="redeploys of each kind (default 10)")
    parser.add_argument("--apps", type=int, default=1000, help="apps in the large store (default 1000)")
    parser.add_argument("--tree-mb", type=int, default=500, help="size of the large tree in MB (default 500)")
    for name in ("executable", "engine-socket", "work", "ports", "sample"):
        parser.add_argument(f"--{name}", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if min(options.rounds, options.apps, options.tree_mb) < 1:
        parser.error("numbers must be at least 1")
    return options


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        progress("interrupted")
        sys.exit(130)
