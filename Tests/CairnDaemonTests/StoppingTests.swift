import CairnCore
import CairnPlugins
import CairnStore
import CairnTestSupport
import DockerEngine
import Foundation
import Synchronization
import Testing

@testable import CairnDaemon
@testable import CairnDeploy

@Suite("Copies that are due to go")
struct StoppingTests {
    /// Plugins that hear of everything.
    private final class Listening: TriggerDispatching {
        private let calls = Mutex<[String]>([])
        var heard: [String] { calls.withLock { $0 } }

        func isImplemented(_ trigger: Trigger) -> Bool { true }

        func run(
            _ call: TriggerCall, native: NativeHandler?, output: TriggerOutput, reporter: any ProgressReporter
        ) async throws -> String {
            calls.withLock { $0.append(([call.trigger.name] + call.arguments).joined(separator: "|")) }
            return ""
        }
    }

    @Test("One whose container cannot be stopped is told, and kept for another try", arguments: [500, 204])
    func cannotBeStopped(status: Int) async throws {
        let temporary = try TemporaryStore()
        let (_, instance) = try temporary.store.liveInstance(container: "c1")
        try temporary.store.retire([instance], at: Date(timeIntervalSince1970: 0))
        let plugins = Listening()
        try await StubEngine.with(respond: { request in
            request.uri.contains("/stop") && status == 500 ? .refusal(500, "it does not listen") : .noContent
        }) { engine in
            let settings = try HostSettings(environment: [
                "CAIRN_ROOT": temporary.directory, "CAIRN_ENGINE_SOCKET": engine.socketPath,
            ])
            let platform = Platform(
                settings: settings, store: temporary.store, actor: "daemon", triggers: plugins)
            if status == 500 {
                let error = await #expect(throws: CairnError.self) { try await platform.stopRetired(instance) }
                #expect("\(String(describing: error))".contains("it does not listen"))
            } else {
                try await platform.stopRetired(instance)
            }
        }
        let isKept = try temporary.store.retiringInstances().count == 1
        #expect(isKept == (status == 500))
        #expect(plugins.heard.filter { $0.hasPrefix("retire") } == (isKept ? ["retire-container-failed|web|c1"] : []))
    }
}
