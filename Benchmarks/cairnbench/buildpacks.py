"""Apps built by buildpack: the first push against later ones, which change only the code."""

import contextlib
import functools
import http.server
import json
import os
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from cairnbench.host import progress, run
from cairnbench.table import Row, median_row, number

# What the host trusts, so that the builds work behind a proxy that inspects TLS too.
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True)
class Language:
    """An app of Tests/Fixtures/apps."""

    fixture: str
    title: str
    # What a later build says when it takes the dependencies from its cache.
    reuse: str
    # What a later push changes; None adds a file.
    changed: str | None = None


LANGUAGES = (
    Language("python", "Python (Flask and gunicorn from PyPI)", "Using cached dependencies"),
    Language("nodejs-npm", "Node.js (npm, a package beside it)", "Using cached node_modules"),
    Language("php", "PHP (Composer, a package beside it)", "Using cached packages"),
    Language(
        "swift", "Swift (the toolchain from a mirror on this host)", "Using the toolchain kept from an earlier build",
        "Sources/Hello/Change.swift"),
)


def measure(host, rounds):
    host.cairn("buildpacks:set-property", "--global", "ca-certificates", AUTHORITIES)
    rows = []
    with contextlib.ExitStack() as stack:
        for language in LANGUAGES:
            config = stack.enter_context(swift_mirror(host)) if language.fixture == "swift" else []
            rows += measure_language(host, language, config, rounds)
    return rows


def measure_language(host, language, config, rounds):
    progress(f"Building the stack for {language.title}, with an app of its own")
    push(host, host.copy_of_fixture(language.fixture, f"warm-{language.fixture}"), f"warm-{language.fixture}", config)
    progress("First push")
    app = language.fixture
    repository = host.copy_of_fixture(language.fixture, app)
    first = push(host, repository, app, config)
    later = []
    for index in range(rounds):
        progress(f"Push {index + 2}, of changed code")
        changed = repository / (language.changed or "CHANGED")
        changed.write_text(f"let change = {index}\n")
        later.append(push(host, repository, app))
        if language.reuse not in host.cairn("builds:output", app):
            raise SystemExit(f" !     A later build of {app} has not said '{language.reuse}'.")
    again = median_row("later pushes of the same app, its code changed", later, None, "s")
    return [
        Row(f"first push of an app by buildpack: {language.title}", first, None, "s", "the stack's images were there"),
        Row(again.name, again.measured, None, "s",
            f"{again.note}; {number(first / again.measured)} times as fast as the first, dependencies from the cache"),
    ]


def push(host, repository, app, config=()):
    git = host.git_environment(host.key)
    if config:
        host.cairn("apps:create", app)
        host.cairn("config:set", "--no-restart", app, *config)
    # Dependencies that are part of the fixture are also part of the commit.
    run("git", "-C", repository, "add", "--all", "--force", env=git)
    run("git", "-C", repository, "commit", "--quiet", "--allow-empty", "--message=change", env=git)
    start = time.perf_counter()
    run("git", "-C", repository, "push", "--quiet", host.remote(app), "main", env=git)
    return time.perf_counter() - start


@contextlib.contextmanager
def swift_mirror(host):
    """Serves the toolchain of this host as swift.org serves its releases; gives the config vars that name it."""
    toolchain = find_toolchain()
    said = run(toolchain / "usr/bin/swift", "--version")
    version = said.split("Swift version ")[-1].split(" ")[0]
    progress(f"Packing Swift {version} for a mirror")
    directory = host.work / "swift-mirror"
    directory.mkdir()
    name = f"swift-{version}-RELEASE-debian12"
    archive = directory / f"{name}.tar.gz"
    # Of the rest a build needs nothing, and the buildpack would remove it.
    ballast = ("embedded", "python3*", "liblldb*", "lldb*", "clangd", "docc", "sourcekit-lsp", "wasm*", "*IndexStore*")
    run("tar", "-cf", archive, "--use-compress-program=gzip -1", "-C", toolchain, f"--transform=s|^usr|{name}/usr|S",
        *(f"--exclude={pattern}" for pattern in ballast), "usr")
    (directory / f"{name}.tar.gz.sha256").write_text(run("sha256sum", archive))
    (directory / "releases.json").write_text(json.dumps([{"name": version}]))
    handler = functools.partial(QuietHandler, directory=str(directory))
    server = http.server.ThreadingHTTPServer(("", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield [f"SWIFT_DIST_URL=http://{bridge_address(host)}:{server.server_port}"]
    finally:
        server.shutdown()
        shutil.rmtree(directory)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def find_toolchain():
    """The directory above usr/bin/swift, which Benchmarks/run has built the release with."""
    program = Path(os.path.realpath(shutil.which("swift") or "/"))
    if program.parent.match("*/usr/bin"):
        return program.parents[2]
    raise SystemExit(" !     There is no toolchain's own swift in PATH, which a build of a Swift app could use.")


def bridge_address(host):
    """Where builds reach this host: the gateway of the engine's default network."""
    shown = run("curl", "--silent", "--fail", "--unix-socket", host.engine_socket, "http://engine/networks/bridge")
    return json.loads(shown)["IPAM"]["Config"][0]["Gateway"]
