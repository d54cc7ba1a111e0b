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

    @property
    def holds(self):
        return self.limit is None or self.measured <= self.limit


def median_row(name, samples, limit, unit, note=""):
    spread = f"{len(samples)} runs, {number(min(samples))} to {number(max(samples))}"
    return Row(name, statistics.median(samples), limit, unit, "; ".join(part for part in (spread, note) if part))


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


def render(rows):
    lines = ["| what | median | limit | holds | how |", "|---|---:|---:|---|---|"]
    for row in rows:
        limit = f"{number(row.limit)} {row.unit}" if row.limit is not None else ""
        holds = ("yes" if row.holds else "**no**") if row.limit is not None else ""
        lines.append(f"| {row.name} | {number(row.measured)} {row.unit} | {limit} | {holds} | {row.note} |")
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
