"""Wall time of single commands, start to end of the process."""

import json
import shlex

from cairnbench.host import progress, run
from cairnbench.table import Row, number

READ_LIMIT_MS = 10
WRITE_LIMIT_MS = 15


def measure(host, store):
    progress(f"Timing commands with {store}")
    cairn = shlex.quote(str(host.executable))
    reads = ["apps:list", "config:get hello COLOUR", "ps:report hello"]
    rows = [hyperfine(host, f"`{read}`, {store}", f"{cairn} {read}", READ_LIMIT_MS) for read in reads]
    # Each run must really change the row, so the value is put back before it, outside of the measured time.
    write = f"{cairn} config:set --no-restart hello COLOUR=red"
    put_back = f"{cairn} config:set --no-restart hello COLOUR=blue"
    rows.append(hyperfine(host, f"`config:set --no-restart`, {store}", write, WRITE_LIMIT_MS, prepare=put_back))
    return rows


def hyperfine(host, name, command, limit, prepare=None):
    result = host.work / "hyperfine.json"
    arguments = ["hyperfine", "--shell=none", "--style=none", "--warmup=5", "--runs=60", f"--export-json={result}"]
    if prepare:
        arguments.append(f"--prepare={prepare}")
    run(*arguments, command, env=host.environment)
    measured = json.loads(result.read_text())["results"][0]
    low, high = measured["min"] * 1000, measured["max"] * 1000
    return Row(name, measured["median"] * 1000, limit, "ms", f"60 runs, {number(low)} to {number(high)}")


def median_of(row):
    return row.measured
