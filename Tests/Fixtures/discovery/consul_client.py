"""Runs py-consul's calls against a server of Consul's HTTP API and prints what they returned, as one JSON object.

    consul_client.py PORT [HOST]

The library is used as it comes from PyPI. Ids and counters differ from run to run and are left out, so that the output for
Consul and for anything that answers like it can be compared. Any call that fails ends the program with a trace.
"""

import json
import sys
import threading

import consul


def clean(value):
    """Leaves out what differs from run to run, and from host to host."""
    varying = {"CreateIndex", "ModifyIndex", "ID", "Address", "Node", "TaggedAddresses", "ServiceTaggedAddresses"}
    if isinstance(value, dict):
        return {key: clean(item) for key, item in sorted(value.items()) if key not in varying}
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, bytes):
        return value.decode()
    return value


def agent(client, results):
    check = consul.Check.ttl("60s")
    results["register"] = client.agent.service.register(
        "pyweb", service_id="pyweb.1", address="10.1.0.1", port=8001, tags=["v1"], meta={"region": "us2"}, check=check)
    results["pass"] = client.agent.check.ttl_pass("service:pyweb.1", "all well")
    service = client.agent.services()["pyweb.1"]
    results["service"] = [service[key] for key in ("Service", "Port", "Tags", "Meta")]
    results["check"] = client.agent.checks()["service:pyweb.1"]["Output"]
    results["node_name"] = bool(client.agent.self()["Config"]["NodeName"])
    results["members"] = [member["Status"] for member in client.agent.members()]
    client.agent.check.register("mem", check=consul.Check.tcp("10.1.0.1", 8001, "60s"), service_id="pyweb.1")
    results["deregister_check"] = client.agent.check.deregister("mem")


def catalog(client, results):
    results["services"] = client.catalog.services()[1]["pyweb"]
    results["catalog"] = clean(client.catalog.service("pyweb", tag="v1")[1])
    results["nodes"] = len(client.catalog.nodes()[1])
    results["datacenters"] = client.catalog.datacenters()
    service = {"service": "pydb", "port": 5432}
    results["external"] = client.catalog.register("pynode", "10.9.0.1", service=service)
    results["external_health"] = [entry["Service"]["Port"] for entry in client.health.service("pydb")[1]]
    results["external_gone"] = client.catalog.deregister("pynode")


def health(client, results):
    index, entries = client.health.service("pyweb", passing=True)
    results["health"] = clean(entries[0]["Service"])
    results["checks"] = sorted(check["CheckID"] for check in entries[0]["Checks"])
    failing = threading.Timer(0, lambda: client.agent.check.ttl_fail("service:pyweb.1"))
    failing.start()
    newer, entries = client.health.service("pyweb", passing=True, index=index, wait="30s")
    failing.join()
    results["woken"] = [int(newer) > int(index), entries]
    results["critical"] = [check["CheckID"] for check in client.health.state("critical")[1]]
    client.agent.check.ttl_pass("service:pyweb.1")
    client.agent.service.maintenance("pyweb.1", True, "disk")
    results["maintenance"] = len(client.health.service("pyweb", passing=True)[1])
    client.agent.service.maintenance("pyweb.1", False)
    results["maintained"] = len(client.health.service("pyweb", passing=True)[1])


def keys(client, results):
    results["put"] = client.kv.put("py/a", "one", flags=7)
    results["get"] = clean(client.kv.get("py/a")[1])
    results["cas"] = [client.kv.put("py/a", "two", cas=0), client.kv.put("py/b/c", "three", cas=0)]
    results["recurse"] = [pair["Key"] for pair in client.kv.get("py/", recurse=True)[1]]
    results["keys"] = client.kv.get("py/", keys=True, separator="/")[1]
    results["missing"] = client.kv.get("py/none")[1]


def sessions(client, results):
    first = client.session.create("one", ttl=10, lock_delay=0, behavior="delete")
    second = client.session.create("two", lock_delay=0)
    results["session"] = clean(client.session.info(first)[1])
    results["acquire"] = [client.kv.put("py/lock", "1", acquire=first), client.kv.put("py/lock", "2", acquire=second)]
    results["holder"] = client.kv.get("py/lock")[1]["Session"] == first
    results["renew"] = client.session.renew(first)["Name"]
    results["destroy"] = client.session.destroy(first)
    results["lock_gone"] = client.kv.get("py/lock")[1]
    results["sessions"] = [session["Name"] for session in client.session.list()[1] if session["ID"] == second]
    client.session.destroy(second)


def events(client, results):
    client.event.fire("pyevent", "payload")
    results["events"] = [event["Payload"].decode() for event in client.event.list("pyevent")[1]]
    results["leader"] = bool(client.status.leader())
    results["peers"] = len(client.status.peers())


def main():
    port = int(sys.argv[1])
    client = consul.Consul(host=sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1", port=port)
    results = {}
    for part in (agent, catalog, health, keys, sessions, events):
        part(client, results)
    client.agent.service.deregister("pyweb.1")
    client.kv.delete("py/", recurse=True)
    results["gone"] = client.catalog.service("pyweb")[1]
    print(json.dumps(results, sort_keys=True))


main()
