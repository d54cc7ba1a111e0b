import CairnCatalog
import CairnCore
import CairnDeploy
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Testing

@testable import CairnDaemon

@Suite("The engine's events")
struct EventFollowerTests {
    private func event(
        _ action: String, instance: String? = "7", kind: String = "instance", _ more: [String: String] = [:]
    ) -> EngineEvent {
        var attributes = ["cairn.kind": kind].merging(more) { $1 }
        attributes["cairn.instance"] = instance
        return EngineEvent(type: "container", action: action, actorID: "c7", attributes: attributes)
    }

    @Test func whatTheyMeanForACopy() {
        #expect(InstanceEvent(event("die", ["exitCode": "137"]))?.kind == .ended("ended with status 137"))
        #expect(InstanceEvent(event("pause"))?.kind == .ended("is paused"))
        #expect(InstanceEvent(event("start"))?.kind == .started)
        #expect(InstanceEvent(event("unpause"))?.kind == .started)
        #expect(InstanceEvent(event("oom")) == nil)
        #expect(InstanceEvent(event("exec_create: sh")) == nil)
        #expect(InstanceEvent(event("die", instance: nil)) == nil)
        #expect(InstanceEvent(event("die", instance: "x")) == nil)
        #expect(InstanceEvent(event("die", kind: "run")) == nil)
        #expect(InstanceEvent(event("die"))?.instanceID == 7)
        #expect(InstanceEvent(event("die"))?.containerID == "c7")
    }

    @Test func aLiveCopyThatEndsLeavesTheCatalogAndAnotherContainerDoesNotMatter() async throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        let (app, instance) = try store.liveInstance(container: "c1")
        let die =
            #"{"Type":"container","Action":"die","Actor":{"ID":"%","Attributes":{"cairn.kind":"instance","cairn.instance":"\#(instance.id)","exitCode":"9"}}}"#
        let lines = ["other", "c1"].map { die.replacing("%", with: $0) + "\n" }.joined()
        try await StubEngine.with(respond: { request in
            request.uri.contains("/events") ? .unfinished(body: Array(lines.utf8)) : .refusal(500, "not now")
        }) { engine in
            let settings = try HostSettings(environment: [
                "CAIRN_ROOT": temporary.directory, "CAIRN_ENGINE_SOCKET": engine.socketPath,
                "CAIRN_NGINX_BINARY": temporary.directory + "/no-nginx", "CAIRN_NGINX_SUDO": "no",
            ])
            let platform = Platform(settings: settings, store: store, actor: "daemon")
            let pokes = Pokes()
            var pokesSeen = pokes.subscribe().stream.makeAsyncIterator()
            let follower = EventFollower(platform: platform, pokes: pokes, logger: quietLogger)
            let task = Task { try await follower.follow {} }
            // Each poke comes after something was handled; several may be one.
            while try store.services(of: app).first?.status != .critical { _ = await pokesSeen.next() }
            #expect(try store.services(of: app).map(\.output) == ["ended with status 9"])
            let events = try store.events(app: app.name).filter { $0.kind == "health-changed" }
            #expect(events.map(\.message) == ["web.1 ended with status 9"])
            #expect(events.map(\.actor) == ["daemon"])
            let asked = try #require(engine.requests.first { $0.uri.contains("/events") })
            #expect(asked.uri.contains("cairn.root"))
            task.cancel()
            _ = try? await task.value
        }
    }

    @Test func aCopyIsPutBackOnlyWhenItsContainerIsAtItsAddress() async throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        let (app, instance) = try store.liveInstance(container: "c1")
        try store.setStatus(.critical, output: "ended", ofServicesOf: instance.id)
        // The engine gave the address to another container.
        let answer =
            #"{"Id":"c1","State":{"Status":"running","Running":true},"Config":{"Labels":{"cairn.instance":"\#(instance.id)"}},"NetworkSettings":{"Networks":{"n":{"IPAddress":"10.210.0.9"}}}}"#
        try await StubEngine.with(respond: { _ in .json(answer) }) { engine in
            let settings = try HostSettings(environment: [
                "CAIRN_ROOT": temporary.directory, "CAIRN_ENGINE_SOCKET": engine.socketPath,
            ])
            let platform = Platform(settings: settings, store: store, actor: "daemon")
            let error = await #expect(throws: CairnError.self) {
                _ = try await platform.instanceStarted(instance.id, containerID: "c1")
            }
            #expect(error?.code == .engineFailed)
            #expect(try store.services(of: app).map(\.status) == [.critical])
            // Nor does anything happen for a container that is not the copy's own.
            #expect(try await platform.instanceStarted(instance.id, containerID: "c2") == nil)
            #expect(try await platform.instanceEnded(instance.id, containerID: "c2", reason: "x") == nil)
            #expect(try await platform.instanceEnded(99, containerID: "c1", reason: "x") == nil)
        }
    }
}

extension Store {
    /// An app with one live copy of web and its row in the catalog.
    func liveInstance(container: String, appJSON: String? = nil) throws -> (App, Instance) {
        let app = try createApp(AppName(validating: "web"))
        let subnet = try reserveSubnet(for: app, from: IPv4Subnet(parsing: "10.210.0.0/15"), prefix: 26)
        let release = try addRelease(
            of: app, imageID: "sha256:1", imageTag: "cairn/web:1",
            content: .init(source: "git-push", builder: "dockerfile", commands: ["web": "server"], appJSON: appJSON),
            description: "d", actor: "ada")
        let name = InstanceName(process: .web, index: 1)
        let candidate = try addCandidates([name], of: release, in: subnet, offsets: 2..<40)[0]
        try setContainer(container, of: candidate)
        let service = ServiceRegistration.copy(candidate, of: app, port: 5000, node: try ownNode().name)
        try commit(release, candidates: [candidate], services: [service], retiring: [])
        guard let instance = try instance(id: candidate.id) else {
            throw CairnError(.notFound, "the instance is gone")
        }
        return (try refresh(app), instance)
    }
}
