import CairnCatalog
import CairnCore
import DockerEngine
import Foundation

/// One reading of one container.
struct RegistrationWork {
    let observation: Registrator.Observation
    let settings: RegistratorSettings
    let node: String
    let isDraining: Bool
    let now: Date
    let metadata: ServiceMetadata
    let addresses: AddressFinder
    let defaultName: String
    var forcedTags: [String] = []
    var result = Registrator.Registration()

    var container: ContainerInspect { observation.container }
    var options: RegistratorSettings.Options { settings.options }

    init(
        observation: Registrator.Observation, settings: RegistratorSettings, node: String, isDraining: Bool, now: Date,
        other: (String) -> ContainerInspect?
    ) {
        (self.observation, self.settings, self.node) = (observation, settings, node)
        (self.isDraining, self.now) = (isDraining, now)
        let (container, options) = (observation.container, settings.options)
        metadata = ServiceMetadata(container.config, prefix: options.prefix, isStrict: options.isStrict)
        let mode = NetworkMode(container)
        let owner: ContainerInspect? = if case .container(let id) = mode { other(id) } else { nil }
        addresses = AddressFinder(container: container, options: options, mode: mode, owner: owner)
        defaultName = ServiceNaming.defaultName(
            of: container, imageTags: observation.imageTags, isStrict: options.isStrict)
    }

    /// A port with what is said about it.
    struct Candidate {
        var port: ListeningPort
        var entries: [String: ServiceMetadata.Entry]
        var isInternal: Bool
    }

    mutating func run() {
        if case .absent(let reason) = ContainerLifecycle.presence(of: container, settings: settings, now: now) {
            return note(.ignored, nil, "The container \(reason).")
        }
        result.notes += metadata.notes
        readForcedTags()
        var candidates = candidates()
        if candidates.isEmpty, !options.isStrict, let forced = forcedCandidate() { candidates = [forced] }
        if candidates.isEmpty, result.notes.isEmpty { note(.ignored, nil, "The container has no ports.") }
        let isGroup = candidates.count > 1
        for candidate in candidates where !isIgnored(candidate, tells: options.isStrict) {
            register(candidate, isGroup: isGroup)
        }
    }

    mutating func note(_ kind: Registrator.Note.Kind, _ port: ListeningPort?, _ text: String) {
        result.notes.append(Registrator.Note(kind, port: port.map { $0.number == 0 ? "0" : $0.name }, text))
    }

    // MARK: Which ports

    /// The ports that may become services. Those that are ignored count for the names of the others only by the strict
    /// rules: adding one that nobody asked for must not change a name.
    private mutating func candidates() -> [Candidate] {
        var candidates: [Candidate] = []
        for port in ListeningPort.all(of: container, isDirect: addresses.mode.isDirect) {
            let entries = metadata.entries(port: port.number, transport: port.transport)
            let candidate = Candidate(port: port, entries: entries, isInternal: isInternal(entries))
            if !candidate.isInternal, !port.isPublished, !(options.isStrict && addresses.mode == .none) {
                note(.ignored, port, "The port is exposed, but not published.")
            } else if options.isStrict || !isIgnored(candidate, tells: true) {
                candidates.append(candidate)
            }
        }
        if candidates.count > RegistrationLimits.services {
            note(.warning, nil, "Only \(RegistrationLimits.services) of \(candidates.count) ports are registered.")
        }
        return Array(candidates.prefix(RegistrationLimits.services))
    }

    private func isInternal(_ entries: [String: ServiceMetadata.Entry]) -> Bool {
        guard !options.isStrict else { return options.isInternal }
        // Who names a network wants the address in it.
        return entries.flag("internal") ?? (entries.value("network") != nil || options.isInternal)
    }

    private mutating func isIgnored(_ candidate: Candidate, tells: Bool) -> Bool {
        let ignored =
            options.isStrict
            ? candidate.entries.value("ignore") != nil : candidate.entries.flag("ignore") ?? false
        if ignored, tells, let source = candidate.entries["ignore"]?.source {
            note(.ignored, candidate.port, "The \(source) says so.")
        }
        return ignored
    }

    /// A container without ports that wants to be found nevertheless, by its address alone.
    private mutating func forcedCandidate() -> Candidate? {
        let entries = metadata.entries(port: nil, transport: "")
        guard entries.flag("force_register") == true, entries.flag("ignore") != true else { return nil }
        return Candidate(port: ListeningPort(number: 0, transport: "tcp"), entries: entries, isInternal: true)
    }

    private mutating func readForcedTags() {
        guard let template = settings.tags else { return }
        guard let document = observation.document else {
            return note(.warning, nil, "The tags for all are left out: the engine's answer is not at hand.")
        }
        do throws(CairnError) { forcedTags = ServiceNaming.tags(in: try template.render(document)) } catch {
            note(.warning, nil, "The tags for all are left out: \(error.message).")
        }
    }
}
