import CairnCore
import CairnDeploy
import CairnPlugins
import CairnReceive
import CairnStore

extension CommandContext {
    /// What Cairn itself does at a trigger that a plugin, or a person, has fired; nil when it does nothing.
    func nativeHandler(for call: TriggerCall) throws -> NativeHandler? {
        switch call.trigger {
        case .gitFromArchive: NativeHandler(place: "git") { try await deployArchive(call.arguments, $0) }
        case .gitFromDirectory: NativeHandler(place: "git") { try await deployDirectory(call.arguments, $0) }
        case .gitFromImage: NativeHandler(place: "git") { try await deployImage(call.arguments, $0) }
        default: NativeTriggers.handler(for: call, on: try platform())
        }
    }

    /// `APP URL KIND NAME EMAIL`
    private func deployArchive(_ arguments: [String], _ reporter: any ProgressReporter) async throws -> String {
        let words = TriggerWords(arguments)
        let delivery = try delivery(to: app(words[0]))
        let author = try words.author(from: 3)
        let kind = try words.optional(2).map { try GitFromArchive.Call.kind($0) }
        let download = try ArchiveDownload(validating: words[1], credentials: credentials, environment: environment)
        reporter.step("Downloading \(download.shown)")
        try await GitFromArchive.deploy(download, kind, author, delivery)
        return ""
    }

    /// `APP DIRECTORY NAME EMAIL`
    private func deployDirectory(_ arguments: [String], _ reporter: any ProgressReporter) async throws -> String {
        let words = TriggerWords(arguments)
        let delivery = try delivery(to: app(words[0]))
        try await delivery.deployDirectory(words[1], author: words.author(from: 2))
        return ""
    }

    /// `APP IMAGE BUILD-DIRECTORY NAME EMAIL`
    private func deployImage(_ arguments: [String], _ reporter: any ProgressReporter) async throws -> String {
        let words = TriggerWords(arguments)
        let delivery = try delivery(to: app(words[0]))
        try await delivery.deployImage(
            ImageName(validating: words[1]), buildDirectory: words.optional(2), pull: .ifMissing,
            author: words.author(from: 3))
        return ""
    }
}

/// The arguments of a trigger, of which any may be missing or empty.
private struct TriggerWords {
    let words: [String]

    init(_ words: [String]) { self.words = words }

    subscript(index: Int) -> String { words.indices.contains(index) ? words[index] : "" }

    func optional(_ index: Int) -> String? { self[index].isEmpty ? nil : self[index] }

    func author(from index: Int) throws -> CommitAuthor {
        try CommitAuthor(name: optional(index), email: optional(index + 1))
    }
}
