"""A Python app built by buildpack: the first push against one that changes only its code."""

import time

from cairnbench.host import progress, run
from cairnbench.table import Row, median_row, number


# What the host trusts, so that the builds work behind a proxy that inspects TLS too.
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


def measure(host, rounds):
    host.cairn("buildpacks:set-property", "--global", "ca-certificates", AUTHORITIES)
    progress("Building the stack, with an app of its own")
    push(host, host.copy_of_fixture("python", "warm"), "warm")
    progress("First push of a Python app")
    repository = host.copy_of_fixture("python", "flask")
    first = push(host, repository, "flask")
    later = []
    for index in range(rounds):
        progress(f"Push {index + 2}, of changed code")
        (repository / "CHANGED").write_text(f"{index}\n")
        later.append(push(host, repository, "flask"))
    again = median_row("later pushes of the same app, its code changed", later, None, "s")
    return [
        Row("first push of a Python app by buildpack (Flask and gunicorn from PyPI)", first, None, "s",
            "the stack's images were there"),
        Row(again.name, again.measured, None, "s",
            f"{again.note}; {number(first / again.measured)} times as fast as the first, dependencies from the cache"),
    ]


def push(host, repository, app):
    git = host.git_environment(host.key)
    run("git", "-C", repository, "add", "--all", env=git)
    run("git", "-C", repository, "commit", "--quiet", "--allow-empty", "--message=change", env=git)
    start = time.perf_counter()
    run("git", "-C", repository, "push", "--quiet", host.remote(app), "main", env=git)
    return time.perf_counter() - start
