"""Service discovery: from the engine's event to the answer, DNS queries per second, and the daemon at rest."""

import contextlib
import http.client
import json
import os
import re
import socket
import statistics
import struct
import threading
import time
import urllib.parse
from pathlib import Path

from cairnbench.host import progress, run, wait_until
from cairnbench.table import Row, number

MEDIAN_LIMIT_MS = 20
LAST_PERCENT_LIMIT_MS = 100
QUERIES_LIMIT = 20_000
REST_LIMIT_MB = 40
REST_LIMIT_PERCENT = 0.5

RUNS = 40
REST_CONTAINERS = 100
REST_SECONDS = 60
LOAD_SECONDS = 10
ANSWER_SECONDS = 20
SRV = 33


def measure(host):
    engine = Engine(host)
    try:
        yield measure_latency(host, engine)
        yield measure_queries(host)
        yield measure_rest(host, engine)
    finally:
        engine.remove_all()


# From event to answer


def measure_latency(host, engine):
    """Containers are started and killed; from the first answer the moment of the engine's own event is taken."""
    progress(f"Starting and killing {RUNS} containers")
    samples = {"DNS": [], "HTTP": []}
    with Events(host) as events:
        for index in range(RUNS + 1):
            service = f"bench-{index}"
            container = engine.create(service, published=True)
            for action, wanted in (("start", True), ("kill", False)):
                answers = watch(host, service, wanted)
                engine.act(container, action)
                moment = events.moment(container, action)
                # The first pair finds caches cold everywhere, also in the engine.
                for kind, answered in answers():
                    if index > 0:
                        samples[kind].append((answered - moment) / 1e6)
            engine.remove(container)
    rows = []
    for kind, milliseconds in samples.items():
        spread = f"{len(milliseconds)} starts and kills, {number(min(milliseconds))} to {number(max(milliseconds))}"
        rows.append(Row(f"from the engine's event to the answer of {kind}", statistics.median(milliseconds),
                        MEDIAN_LIMIT_MS, "ms", spread))
        rows.append(Row(f"the same, 99 of 100 for {kind}", percentile(milliseconds, 99), LAST_PERCENT_LIMIT_MS, "ms"))
    return rows


def percentile(samples, percent):
    """By nearest rank: a value that was measured."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def watch(host, service, wanted):
    """Begins to ask DNS and HTTP for a service, and returns what waits for when they had it, or had it no more."""
    answered = {}
    ready = threading.Barrier(3)
    threads = [
        threading.Thread(target=watch_dns, args=(host, service, wanted, ready, answered)),
        threading.Thread(target=watch_http, args=(host, service, wanted, ready, answered)),
    ]
    for thread in threads:
        thread.start()
    ready.wait(ANSWER_SECONDS)

    def answers():
        for thread in threads:
            thread.join(ANSWER_SECONDS)
        missing = {"DNS", "HTTP"} - answered.keys()
        if missing:
            change = "come" if wanted else "go"
            raise SystemExit(f" !     {service} did not {change}, says {' and '.join(sorted(missing))}.")
        return answered.items()

    return answers


def watch_dns(host, service, wanted, ready, answered):
    """DNS knows no waiting: it is asked again and again, with a pause that leaves the daemon its time."""
    question = dns_question(f"{service}.service.cairn", SRV)
    deadline = time.monotonic() + ANSWER_SECONDS
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(1)
        client.connect(("127.0.0.1", host.dns_port))
        ready.wait(ANSWER_SECONDS)
        while time.monotonic() < deadline:
            with contextlib.suppress(TimeoutError):
                client.send(question)
                count = struct.unpack_from("!H", client.recv(4096), 6)[0]
                if (count > 0) == wanted:
                    answered["DNS"] = time.time_ns()
                    return
            time.sleep(0.001)


def dns_question(name, kind):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!6H", 1, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, 1)


def watch_http(host, service, wanted, ready, answered):
    """A blocking query for what is well: each answer carries the count to go on from."""
    client = http.client.HTTPConnection("127.0.0.1", host.discovery_port, timeout=ANSWER_SECONDS)
    path = f"/v1/health/service/{service}?passing&wait={ANSWER_SECONDS}s&index="
    index, found = ask_http(client, path + "0")
    ready.wait(ANSWER_SECONDS)
    with contextlib.suppress(TimeoutError):
        while found != wanted:
            index, found = ask_http(client, path + index)
        answered["HTTP"] = time.time_ns()
    client.close()


def ask_http(client, path):
    client.request("GET", path)
    response = client.getresponse()
    return response.headers["X-Consul-Index"], bool(json.loads(response.read()))


# Queries per second


def measure_queries(host):
    """dnsperf asks for what there is: addresses and services of an app, and names that do not exist."""
    progress(f"Asking DNS for {LOAD_SECONDS} s as fast as it answers")
    questions = host.work / "questions"
    names = ["web.hello.cairn A", "hello.service.cairn SRV", "_hello._tcp.service.consul SRV", "nobody.service.cairn A"]
    questions.write_text("".join(name + "\n" for name in names))
    output = run(
        "dnsperf", "-s", "127.0.0.1", "-p", host.dns_port, "-d", questions, "-l", LOAD_SECONDS, "-c", 8, "-q", 200)
    rate = float(re.search(r"Queries per second:\s+([\d.]+)", output).group(1))
    lost = re.search(r"Queries lost:\s+(\d+)", output).group(1)
    return [Row("DNS queries per second", rate, QUERIES_LIMIT, "", f"dnsperf beside it, {lost} lost", at_least=True)]


# At rest


def measure_rest(host, engine):
    """The daemon when nothing happens. Half of the containers publish a port."""
    progress(f"Starting {REST_CONTAINERS} containers")
    for index in range(REST_CONTAINERS):
        engine.act(engine.create(f"rest-{index}", published=index % 2 == 0), "start")
    last = f"/v1/health/service/rest-{(REST_CONTAINERS - 1) // 2 * 2}?passing"
    client = http.client.HTTPConnection("127.0.0.1", host.discovery_port, timeout=ANSWER_SECONDS)
    wait_until(lambda: ask_http(client, last)[1], ANSWER_SECONDS, "the registration of the last container")
    client.close()
    progress(f"Leaving the daemon alone for {REST_SECONDS} s")
    # What the starts have begun is over after this.
    time.sleep(5)
    before = cpu_seconds(host.daemon.pid)
    time.sleep(REST_SECONDS)
    share = (cpu_seconds(host.daemon.pid) - before) / REST_SECONDS * 100
    note = f"{REST_CONTAINERS} containers, half of them with a port"
    return [
        Row("memory of the daemon at rest", resident_megabytes(host.daemon.pid), REST_LIMIT_MB, "MB", note),
        Row("processor time of the daemon at rest", share, REST_LIMIT_PERCENT, "%",
            f"of one core, over {REST_SECONDS} s"),
    ]


def cpu_seconds(pid):
    # The name in brackets may have blanks in it.
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


# The engine


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("engine", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Engine:
    """Containers that do nothing, all of which are removed in the end."""

    def __init__(self, host):
        self.host = host
        self.containers = set()

    def create(self, service, published):
        body = {
            "Image": "debian:bookworm-slim", "Cmd": ["sleep", "infinity"], "Labels": {"SERVICE_NAME": service},
            "HostConfig": {"Init": True},
        }
        if published:
            body["ExposedPorts"] = {"80/tcp": {}}
            body["HostConfig"]["PortBindings"] = {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}
        container = json.loads(self.call("POST", "/containers/create", body))["Id"]
        self.containers.add(container)
        return container

    def act(self, container, action):
        self.call("POST", f"/containers/{container}/{action}")

    def remove(self, container):
        self.call("DELETE", f"/containers/{container}?force=1")
        self.containers.discard(container)

    def remove_all(self):
        progress("Removing the containers")
        for container in list(self.containers):
            self.remove(container)

    def call(self, method, path, body=None):
        connection = UnixConnection(self.host.engine_socket)
        try:
            text = json.dumps(body) if body else None
            connection.request(method, path, text, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= 400:
            raise SystemExit(f" !     The engine refused {method} {path}: {answer.decode()}")
        return answer


class Events:
    """When the engine says that something happened, by its own clock, which is the machine's."""

    def __init__(self, host):
        filters = urllib.parse.quote(json.dumps({"type": ["container"], "event": ["start", "kill"]}))
        self.connection = UnixConnection(host.engine_socket)
        self.connection.request("GET", f"/events?filters={filters}")
        self.response = self.connection.getresponse()
        self.moments = {}
        self.arrived = threading.Condition()
        self.thread = threading.Thread(target=self.follow, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        # Shutting it down ends the read, which closing alone does not.
        self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.connection.close()

    def follow(self):
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            self.connection.sock.settimeout(None)
            for line in self.response:
                event = json.loads(line)
                with self.arrived:
                    self.moments[event["Actor"]["ID"], event["Action"]] = event["timeNano"]
                    self.arrived.notify_all()

    def moment(self, container, action):
        with self.arrived:
            if not self.arrived.wait_for(lambda: (container, action) in self.moments, ANSWER_SECONDS):
                raise SystemExit(f" !     The engine told of no {action}.")
            return self.moments[container, action]
