"""A redeploy of a one-line change by git push, side by side with the bare script."""

import statistics
import time
import urllib.request

from cairnbench.host import progress, run, wait_until
from cairnbench.table import Row, median_row, number

DIFFERENCE_LIMIT_S = 0.5


class Side:
    """One of the two that are compared: where to push, and where the answer must then change."""

    def __init__(self, host, name, repository, remote, key, port, host_name):
        self.repository, self.remote, self.port, self.host_name = repository, remote, port, host_name
        self.name = name
        self.environment = host.git_environment(key)
        self.seconds = []

    def push(self, marker):
        """One line changed, committed, pushed; the push alone is timed. The new line must be served at the end."""
        program = self.repository / "server.pl"
        text = program.read_text()
        line = next(line for line in text.splitlines() if line.startswith("    return ('200 OK'"))
        changed = f"    return ('200 OK', \"Hello from Cairn\\n{marker}\\n\");"
        program.write_text(text.replace(line, changed))
        run("git", "-C", self.repository, "commit", "--quiet", "--all", f"--message={marker}", env=self.environment)
        start = time.perf_counter()
        run("git", "-C", self.repository, "push", "--quiet", self.remote, "main", env=self.environment)
        taken = time.perf_counter() - start
        wait_until(lambda: marker in self.answer(), 15, f"{self.name}: serving {marker}")
        return taken

    def answer(self):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/", headers={"Host": self.host_name})
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                return response.read().decode()
        except OSError:
            return ""


def measure(host, bare, rounds):
    cairn = Side(host, "cairn", host.work / "source-hello", host.remote("hello"), host.key, host.http_port,
                 "hello.bench.localhost")
    script = Side(host, "script", host.repository("bare"), bare.remote, bare.key, host.bare_port,
                  "localhost")
    cairn.push("warm")
    script.push("warm")
    for index in range(rounds):
        progress(f"Redeploy {index + 1} of {rounds}, both ways")
        # Who goes first changes every round, so that neither profits from what the other left in a cache.
        for side in (cairn, script) if index % 2 == 0 else (script, cairn):
            side.seconds.append(side.push(f"round-{index}"))
        bare.remove_containers(keep=1)
    return rows(cairn.seconds, script.seconds)


def rows(cairn, script):
    difference = statistics.median(cairn) - statistics.median(script)
    ratio = statistics.median(cairn) / statistics.median(script)
    return [
        median_row("redeploy of a one-line change by `git push`, Cairn", cairn, None, "s"),
        median_row("the same by a bare script", script, None, "s", "push, docker build, docker run, nginx reload"),
        Row("difference of the two", difference, DIFFERENCE_LIMIT_S, "s", f"ratio {number(ratio)}, rounds side by side"),
    ]
