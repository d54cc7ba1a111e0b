"""Runs the measurements in an order in which none disturbs the next, and prints the table."""

import argparse
import sys

from cairnbench import buildpacks, commands, discovery, memory, plugins, redeploy, routing
from cairnbench.bare import BareHost
from cairnbench.host import Host, progress
from cairnbench.table import describe_machine, render


def main():
    options = parse_options()
    rows = []
    try:
        with Host(options) as host:
            print(describe_machine(host))
            for measured in measurements(host, options):
                rows += measured
    finally:
        # What was measured before a failure is worth printing too.
        print(render(rows), flush=True)
    return 0 if all(row.holds for row in rows) else 1


def measurements(host, options):
    host.deploy_sample("hello")
    host.create_apps(3)
    yield commands.measure(host, "few apps")
    yield memory.measure_commands(host)
    with BareHost(host) as bare:
        yield redeploy.measure(host, bare, options.rounds)
    yield plugins.measure(host)
    yield buildpacks.measure(host, options.rounds)
    yield from discovery.measure(host)
    host.create_apps(options.apps)
    yield commands.measure(host, f"{options.apps:,} apps")
    yield [routing.measure_switch(host)]
    yield [routing.measure_vhost(host, options.apps)]
    yield [routing.measure_secure_vhost(host, options.apps)]
    # Last, because the disk is busy for a while with what it writes.
    yield memory.measure_deploy(host, options.tree_mb)


def parse_options():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="redeploys of each kind (default 10)")
    parser.add_argument("--apps", type=int, default=1000, help="apps in the large store (default 1000)")
    parser.add_argument("--tree-mb", type=int, default=500, help="size of the large tree in MB (default 500)")
    for name in ("executable", "engine-socket", "work", "ports", "tree"):
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
