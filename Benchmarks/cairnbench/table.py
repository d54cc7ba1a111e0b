"""What was measured, as rows of one markdown table."""

import os
import platform
import re
import statistics
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measurement beside the limit it must keep. Both are in the unit."""

    name: str
    measured: float
    limit: float | None
    unit: str
    note: str = ""
    # Whether the limit is the least that must be measured, not the most that may.
    at_least: bool = False

    @property
    def holds(self):
        if self.limit is None:
            return True
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def median_row(name, samples, limit, unit, note=""):
    spread = f"{len(samples)} runs, {number(min(samples))} to {number(max(samples))}"
    return Row(name, statistics.median(samples), limit, unit, "; ".join(part for part in (spread, note) if part))


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


def with_unit(value, unit):
    return f"{number(value)} {unit}".rstrip()


def render(rows):
    lines = ["| what | median | limit | holds | how |", "|---|---:|---:|---|---|"]
    for row in rows:
        measured = with_unit(row.measured, row.unit)
        limit = ("≥ " if row.at_least else "") + with_unit(row.limit, row.unit) if row.limit is not None else ""
        holds = ("yes" if row.holds else "**no**") if row.limit is not None else ""
        lines.append(f"| {row.name} | {measured} | {limit} | {holds} | {row.note} |")
    return "\n".join(lines)


def describe_machine(host):
    """One line on the machine, so that a table can be compared with another."""
    nginx = subprocess.run(["/usr/sbin/nginx", "-v"], capture_output=True, text=True).stderr
    version = re.search(r"nginx/(\S+)", nginx)
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = int(file.readline().split()[1]) / 1024 / 1024
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, Linux {platform.release()}, "
        f"{host.engine_version()}, nginx {version.group(1) if version else '?'}\n"
    )
