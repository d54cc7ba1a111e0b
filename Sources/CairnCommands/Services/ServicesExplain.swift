import ArgumentParser
import CairnCatalog
import CairnCore
import CairnDeploy
import CairnDiscovery
import CairnStore
import DockerEngine

struct ServicesExplain: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "services:explain", "Tell why a container is registered as it is, port by port.",
        discussion: "Shows which variable or label decided, and what was refused or left out.")
    static let takesApp = false

    @OptionGroup var format: FormatOption
    @Argument(help: "The container's name or id.") var container: String

    func run(in context: CommandContext) async throws {
        let store = try context.store()
        let options = try RegistratorOptions(store)
        let settings = try options.settings(apps: Set(try store.appNames()))
        let name = container
        let found = try await context.platform().askEngine("looking at \(name)") { engine in
            do {
                return (try await engine.inspectContainer(name), try await engine.inspectContainerRaw(name))
            } catch let error as EngineError where error.isNotFound {
                throw CairnError(
                    .notFound, "There is no container '\(name.excerpt())'", hint: "'docker ps -a' shows all there are.")
            }
        }
        let labels = found.0.config.labels
        if labels["cairn.root"] == (try store.installationID()), let app = labels["cairn.app"] {
            return context.output.step(
                "It belongs to the app \(app), whose copies are registered by their rows; see services:info \(app)")
        }
        let observation = Registrator.Observation(
            found.0, document: options.usesTemplate ? try JSONValue(parsing: found.1, file: "the engine's answer") : nil
        )
        let result = Registrator.registration(of: observation, settings: settings, node: options.node)
        print(try withoutTaken(result, by: found.0.id, in: store), context.output)
    }

    /// What remains when ids that belong to something else are left out: a label can claim any.
    private func withoutTaken(
        _ registration: Registrator.Registration, by container: String, in store: Store
    ) throws -> Registrator.Registration {
        var result = registration
        for service in registration.services {
            guard let owner = try store.service(service.key), owner.containerID != container else { continue }
            let whose = owner.appInstance.map { "a copy of the app \($0.app)" } ?? "another '\(owner.name.excerpt())'"
            result.services.removeAll { $0.id == service.id }
            result.notes.append(.init(.refused, "The id '\(service.id.excerpt(120))' is that of \(whose)."))
        }
        return result
    }

    private func print(_ result: Registrator.Registration, _ output: Output) {
        if format.isJSON {
            return output.json(
                [
                    "services": .array(
                        result.services.map {
                            [
                                "name": .string($0.name), "id": .string($0.id), "address": .string($0.address),
                                "port": .integer($0.port), "tags": .array($0.tags.map(JSONValue.string)),
                            ]
                        }),
                    "notes": .array(
                        result.notes.map {
                            [
                                "kind": .string($0.kind.rawValue), "port": $0.port.map(JSONValue.string) ?? nil,
                                "text": .string($0.text),
                            ]
                        }),
                ])
        }
        output.table(
            ["SERVICE", "ID", "AT", "TAGS"],
            result.services.map {
                [$0.name, $0.id, "\($0.address):\($0.port)", $0.tags.joined(separator: ",")]
            })
        output.table(
            ["PORT", "WHAT", "WHY"], result.notes.map { [$0.port ?? "-", $0.kind.rawValue, $0.text] })
    }
}

extension Namespace {
    static let services = Namespace(
        "services", "What runs where, and how it is", bare: ServicesList.self,
        [
            ServicesList.self, ServicesInfo.self, ServicesHealth.self, ServicesWatch.self, ServicesResolve.self,
            ServicesExplain.self, ServicesRegister.self, ServicesDeregister.self, ServicesReport.self,
        ])
}
