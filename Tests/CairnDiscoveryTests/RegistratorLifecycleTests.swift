import CairnCatalog
import CairnCore
import CairnDiscovery
import DockerEngine
import Foundation
import Testing

/// Events by https://docs.docker.com/reference/cli/docker/system/events/.
@Suite("Registrator: lives of containers")
struct RegistratorLifecycleTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    @Test(
        "What an event of a container asks for",
        arguments: [
            "start", "die", "oom", "pause", "unpause", "rename", "stop", "restart", "update", "health_status: healthy",
            "health_status: unhealthy",
        ])
    func inspected(action: String) {
        let event = EngineEvent(type: "container", action: action, actorID: "c1")
        #expect(ContainerLifecycle.reaction(to: event) == .inspect(containerID: "c1"))
    }

    @Test("What means nothing", arguments: ["create", "exec_create: sh", "exec_die", "attach", "top", "kill"])
    func nothing(action: String) {
        #expect(
            ContainerLifecycle.reaction(to: EngineEvent(type: "container", action: action, actorID: "c1")) == .nothing)
        #expect(ContainerLifecycle.reaction(to: EngineEvent(type: "image", action: "start", actorID: "c1")) == .nothing)
    }

    @Test("A destroyed container is gone, and networks name the container")
    func others() {
        let destroy = EngineEvent(type: "container", action: "destroy", actorID: "c1")
        #expect(ContainerLifecycle.reaction(to: destroy) == .remove(containerID: "c1"))
        for action in ["connect", "disconnect"] {
            let event = EngineEvent(
                type: "network", action: action, actorID: "n1", attributes: ["container": "c1", "name": "net"])
            #expect(ContainerLifecycle.reaction(to: event) == .inspect(containerID: "c1"))
        }
        #expect(
            ContainerLifecycle.reaction(to: EngineEvent(type: "network", action: "connect", actorID: "n1")) == .nothing)
    }

    @Test(
        "Only the stop signal and SIGKILL take a container out of service",
        arguments: [
            ("15", nil, true), ("9", nil, true), ("1", nil, false), ("15", "SIGQUIT", false), ("3", "SIGQUIT", true),
            ("SIGTERM", "15", true), ("37", "SIGRTMIN+3", true), ("10", "USR1", true), ("x", nil, false),
        ] as [(String, String?, Bool)])
    func signals(signal: String, stopSignal: String?, drains: Bool) {
        let event = EngineEvent(type: "container", action: "kill", actorID: "c1", attributes: ["signal": signal])
        let reaction = ContainerLifecycle.reaction(to: event) { _ in stopSignal }
        #expect(reaction == (drains ? .drain(containerID: "c1") : .nothing))
    }

    private func presence(
        _ state: [String: JSONValue], _ change: (inout RegistratorSettings.Options) -> Void = { _ in }
    ) throws -> ContainerLifecycle.Presence {
        ContainerLifecycle.presence(
            of: try ContainerFixture(state: state).inspect(), settings: try .standard(change), now: now)
    }

    @Test("What ended well or by a signal is removed, what failed stays")
    func ends() throws {
        #expect(try presence(["Status": "exited", "ExitCode": 0]) == .absent("ended with status 0"))
        #expect(try presence(["Status": "exited", "ExitCode": 143]) == .absent("ended with status 143"))
        #expect(try presence(["Status": "exited", "ExitCode": 1]) == .keptCritical(until: nil))
        #expect(try presence(["Status": "exited", "ExitCode": 255]) == .keptCritical(until: nil))
        #expect(try presence(["Status": "exited", "ExitCode": 137, "OOMKilled": true]) == .keptCritical(until: nil))
        #expect(try presence(["Status": "restarting", "ExitCode": 0, "Running": true]) == .registered)
        #expect(try presence(["Status": "created"]) == .absent("was never started"))
        #expect(try presence(["Status": "removing"]) == .absent("is being removed"))
        #expect(try presence(["Status": "paused"]) == .registered)
    }

    @Test("By the strict rules the bit of 128 is a signal, and always means always")
    func strictEnds() throws {
        let state: [String: JSONValue] = ["Status": "exited", "ExitCode": 255]
        #expect(try presence(state) { $0.isStrict = true } == .absent("ended with status 255"))
        #expect(
            try presence(["Status": "exited", "ExitCode": 1]) { $0.deregistration = .always }
                == .absent("ended with status 1"))
    }

    @Test("A time can be set for what failed")
    func keptForAWhile() throws {
        // 30 and 90 seconds before now.
        let recent: [String: JSONValue] = ["Status": "exited", "ExitCode": 1, "FinishedAt": "2027-01-15T07:59:30Z"]
        let old: [String: JSONValue] = ["Status": "exited", "ExitCode": 1, "FinishedAt": "2027-01-15T07:58:30Z"]
        func settings(_ options: inout RegistratorSettings.Options) {
            options.deregistration = .onSuccess(keepCrashedFor: .seconds(60))
        }
        #expect(try presence(recent, settings) == .keptCritical(until: now.addingTimeInterval(30)))
        #expect(try presence(old, settings) == .absent("ended with status 1, and its time is over"))
    }

    @Test("What crashed keeps the ids and the ports that it asked for, and is critical")
    func crashed() throws {
        var web = ContainerFixture(
            exposed: ["80/tcp", "443/tcp"], requested: [("80/tcp", "8080"), ("443/tcp", "")], networks: [:])
        web.state = ["Status": "exited", "ExitCode": 1]
        let registration = try web.registration(.standard())
        #expect(
            registration.services.map(\.line) == [
                "web-80 | host1:c1:80 | 192.0.2.10:8080", "web-443 | host1:c1:443 | 192.0.2.10:0",
            ])
        #expect(registration.services.map(\.status) == [.critical, .critical])
        #expect(registration.services.map(\.output) == ["ended with status 1", "ended with status 1"])
        let inside = try web.lines(.standard { $0.isInternal = true })
        #expect(inside == ["web-80 | host1:c1:80 | 192.0.2.10:0", "web-443 | host1:c1:443 | 192.0.2.10:0"])
    }

    // MARK: All containers

    private func containers() throws -> RegisteredContainers {
        RegisteredContainers(settings: try .standard(), node: "host1", drainingLimit: .seconds(60))
    }

    private let web = ContainerFixture(published: [("80/tcp", "0.0.0.0", 8080)])

    @Test("A container that is told to stop is critical until it has ended, started anew or survived")
    func draining() throws {
        var known = try containers()
        var running = web
        running.state["StartedAt"] = "2027-01-15T07:00:00Z"
        known.observe(try running.observation(), look: known.beginLook(), now: now)
        #expect(known.registration.services.map(\.status) == [.passing])
        known.drain("c1c1c1", now: now)
        #expect(known.registration.checks.map(\.output) == ["is being stopped"])
        // Looking again changes nothing while it is the same run.
        known.observe(try running.observation(), look: known.beginLook(), now: now)
        #expect(known.registration.services.map(\.status) == [.critical])
        var restarted = running
        restarted.state["StartedAt"] = "2027-01-15T08:00:00Z"
        known.observe(try restarted.observation(), look: known.beginLook(), now: now)
        #expect(known.registration.services.map(\.status) == [.passing])
        known.drain("c1c1c1", now: now)
        known.expire(now: now.addingTimeInterval(59))
        #expect(known.registration.services.map(\.status) == [.critical])
        known.expire(now: now.addingTimeInterval(60))
        #expect(known.registration.services.map(\.status) == [.passing])
    }

    @Test("What was seen earlier does not count when it arrives later")
    func staleLooks() throws {
        var known = try containers()
        let (early, late) = (known.beginLook(), known.beginLook())
        var ended = web
        ended.state = ["Status": "exited", "ExitCode": 0]
        known.observe(try ended.observation(), look: late, now: now)
        known.observe(try web.observation(), look: early, now: now)
        #expect(known.registration.services.isEmpty)
        // A list that was begun before a container was seen does not know it.
        let list = known.beginLook()
        known.observe(try web.observation(), look: known.beginLook(), now: now)
        known.reconcile([], look: list, now: now)
        #expect(known.registration.services.count == 1)
        // Nothing comes back from the dead.
        let look = known.beginLook()
        known.remove("c1c1c1", look: known.beginLook(), now: now)
        known.observe(try web.observation(), look: look, now: now)
        #expect(known.registration.services.isEmpty)
    }

    @Test("A new name is a new id, and the old one is gone")
    func renamed() throws {
        var known = try containers()
        known.observe(try web.observation(), look: known.beginLook(), now: now)
        var renamed = web
        renamed.name = "c2"
        known.observe(try renamed.observation(), look: known.beginLook(), now: now)
        #expect(known.registration.services.map(\.id) == ["host1:c2:80"])
    }

    @Test("Of two that claim one id the older has it, whoever was seen first")
    func claimedIDs() throws {
        var known = try containers()
        var older = web
        (older.id, older.name, older.env) = ("zz", "older", ["SERVICE_ID=mine"])
        var newer = web
        (newer.id, newer.name, newer.created) = ("aa", "newer", "2026-06-01T00:00:00Z")
        newer.env = ["SERVICE_ID=mine", "SERVICE_NAME=thief"]
        known.observe(try newer.observation(), look: known.beginLook(), now: now)
        known.observe(try older.observation(), look: known.beginLook(), now: now)
        #expect(known.registration.services.map(\.name) == ["web"])
        #expect(known.registration.checks.count == 1)
        #expect(known.registration(of: "aa").services.isEmpty)
        #expect(known.registration(of: "aa").notes.contains { $0.kind == .refused })
        #expect(known.registration(of: "zz").services.map(\.id) == ["mine"])
    }

    @Test("Who shares another's network follows it")
    func sharedNetwork() throws {
        var known = try containers()
        let side = ContainerFixture(
            id: "side", name: "side", exposed: ["9/tcp"], mode: "container:c1c1c1", networks: [:])
        known.observe(try side.observation(), look: known.beginLook(), now: now)
        #expect(known.registration.services.isEmpty)
        known.observe(try ContainerFixture().observation(), look: known.beginLook(), now: now)
        #expect(known.registration(of: "side").services.map(\.address) == ["172.17.0.5"])
        known.remove("c1c1c1", look: known.beginLook(), now: now)
        #expect(known.registration.services.isEmpty)
    }
}
