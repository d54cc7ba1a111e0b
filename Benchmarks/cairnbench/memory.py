"""Resident memory: of a deploy's own processes while a large tree is pushed, and of single commands."""

import os
import threading
import time
from pathlib import Path

from cairnbench.host import progress, run
from cairnbench.table import Row, number

DEPLOY_LIMIT_MB = 120
COMMAND_LIMIT_MB = 60
SAMPLE_SECONDS = 0.005


def measure_commands(host):
    """The kernel's own maximum for the process, by GNU time; a small program starts it, so its own share is nothing."""
    progress("Measuring the memory of commands")
    peaks = {}
    for command in ("apps:list", "config:get hello COLOUR", "ps:report hello", "config:set --no-restart hello COLOUR=red"):
        result = host.work / "time.txt"
        run("/usr/bin/time", "--format=%M", f"--output={result}", host.executable, *command.split(), env=host.environment)
        peaks[command] = int(result.read_text()) / 1024
    largest = max(peaks, key=peaks.get)
    return [Row("memory of a command", peaks[largest], COMMAND_LIMIT_MB, "MB", f"the largest of four: `{largest}`")]


def measure_deploy(host, megabytes):
    path = large_repository(host, megabytes)
    progress(f"Pushing a tree of {megabytes} MB")
    with ProcessSampler(host) as sampler:
        start = time.perf_counter()
        run("git", "-C", path, "push", "--quiet", host.remote("large"), "main", env=host.git_environment(host.key))
        seconds = time.perf_counter() - start
    progress(sampler.describe())
    host.cairn("apps:destroy", "--force", "large")
    note = f"first deploy, {number(seconds)} s; highest sum over processes alive together"
    return [
        Row(f"memory of Cairn's processes in a deploy of {megabytes} MB", sampler.cairn_peak, DEPLOY_LIMIT_MB, "MB", note),
        Row("the same with git's processes on the server", sampler.all_peak, None, "MB",
            "git maps its pack, so pages of the file cache count here"),
    ]


def large_repository(host, megabytes):
    """Files that do not compress, some large and many small, all of them part of the image."""
    progress(f"Making a tree of {megabytes} MB")
    path = host.repository("large")
    git = host.git_environment(host.key)
    large = megabytes * 4 // 5 // 10
    for index in range(large):
        write_random(path / "data" / f"large-{index}", 10 * 1024 * 1024)
    for index in range((megabytes - large * 10) * 10):
        write_random(path / "data" / f"small-{index}", 100 * 1024)
    (path / ".dockerignore").unlink()
    (path / "Dockerfile").write_text("FROM debian:bookworm-slim\nWORKDIR /app\nCOPY . ./\nUSER nobody\n")
    # The bytes are random: compressing them would only measure zlib.
    run("git", "-C", path, "config", "core.compression", "0", env=git)
    run("git", "-C", path, "add", "--all", env=git)
    run("git", "-C", path, "commit", "--quiet", "--message=large", env=git)
    return path


def write_random(path, size):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(os.urandom(size))


class ProcessSampler:
    """Watches the processes below sshd, and any other of the executable but the daemon, while a push runs.

    Each process is counted with the kernel's high-water mark (VmHWM), so a peak between two samples is not missed while
    the process lives on; only growth in the last few milliseconds of a process can be.
    """

    def __init__(self, host):
        self.host = host
        self.peaks = {}
        self.cairn_peak = 0.0
        self.all_peak = 0.0
        self.samples = 0
        self.strays = set()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()

    def watch(self):
        while not self.stopped.wait(SAMPLE_SECONDS):
            sample = {pid: measured for pid in self.processes() if (measured := read_process(pid))}
            for pid, (name, megabytes) in sample.items():
                self.peaks[pid] = (name, max(megabytes, self.peaks.get(pid, ("", 0))[1]))
            cairn = sum(size for name, size in sample.values() if name == self.host.executable.name)
            self.cairn_peak = max(self.cairn_peak, cairn)
            self.all_peak = max(self.all_peak, sum(size for name, size in sample.values() if name != "sshd"))

    def processes(self):
        found = set(descendants(self.host.sshd.pid))
        # One that left its session has another parent. Looking at every process costs more, so it is done less often.
        if self.samples % 20 == 0:
            self.strays = {
                int(entry.name) for entry in os.scandir("/proc")
                if entry.name.isdigit() and executable(entry.name) == str(self.host.executable)
            }
        self.samples += 1
        return (found | self.strays) - {self.host.daemon.pid}

    def describe(self):
        largest = sorted(self.peaks.values(), key=lambda peak: -peak[1])[:6]
        return "largest processes: " + ", ".join(f"{name} {number(size)} MB" for name, size in largest)


def executable(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return None


def descendants(pid):
    found = []
    pending = [pid]
    while pending:
        parent = pending.pop()
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                children = [int(child) for child in task.read_text().split()]
            except OSError:
                continue
            found += children
            pending += children
    return found


def read_process(pid):
    """The program's name and its highest resident memory so far in MB, or None when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    if "VmHWM" not in fields:
        return None
    program = executable(pid)
    return (os.path.basename(program) if program else fields["Name"].strip()), int(fields["VmHWM"].split()[0]) / 1024
