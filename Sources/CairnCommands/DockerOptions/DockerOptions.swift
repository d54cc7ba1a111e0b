import CairnCore
import CairnStore

/// The options for the build of an app's image. Those of `docker run` are not among them: what a container of Cairn's gets
/// is decided by its other settings, so that every release runs as the last.
struct DockerOptions {
    static let namespace = "docker-options"
    /// The property, with one option on each line.
    static let key = "build"

    /// One option and its value: `--build-arg K=V`, `--build-arg K` (the value is the app's variable of that name),
    /// `--target S`, `--no-cache`.
    struct Option: Hashable, Comparable, CustomStringConvertible {
        let description: String
        static func < (left: Self, right: Self) -> Bool { left.description < right.description }
    }

    /// - Throws: `E-NOT-ALLOWED` for a phase other than build.
    static func checkPhases(_ text: String) throws(CairnError) {
        let phases = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard phases.allSatisfy({ ["build", "deploy", "run"].contains($0) }) else {
            throw CairnError(
                .usage, "Phase(s) must be one of [build deploy run]", hint: "Only 'build' can be changed here.")
        }
        guard phases == ["build"] else {
            throw CairnError(
                .notAllowed, "Options of docker for the phases deploy and run cannot be set: only 'build' can",
                hint: """
                    Containers are made from Cairn's own settings: ports:set for ports, config:set for the environment, \
                    ps:set restart-policy for restarts.
                    """)
        }
    }

    /// - Throws: `E-INVALID-VALUE` for an option that a build does not have here.
    static func parse(_ words: [String]) throws(CairnError) -> [Option] {
        var options: [Option] = []
        var rest = words.flatMap { $0.hasPrefix("-") ? $0.split(separator: " ", maxSplits: 1).map(String.init) : [$0] }[
            ...]
        while let word = rest.popFirst() {
            var name = word
            var value: String?
            if let equals = word.firstIndex(of: "=") {
                name = String(word[..<equals])
                value = String(word[word.index(after: equals)...])
            } else if let next = rest.first, !next.hasPrefix("-") {
                value = next
                rest.removeFirst()
            }
            options.append(try option(name, value))
        }
        return options
    }

    private static func option(_ name: String, _ value: String?) throws(CairnError) -> Option {
        switch (name, value) {
        case ("--no-cache", nil): return Option(description: name)
        case ("--build-arg", let value?):
            let key = try ConfigKey(validating: String(value.prefix { $0 != "=" }))
            guard !value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
                throw error("The value of the build argument \(key) holds a control character")
            }
            return Option(description: "\(name) \(value)")
        case ("--target", let value?):
            guard !value.isEmpty, value.utf8.count <= 128, value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                throw error("'\(value.excerpt())' is not the name of a build stage")
            }
            return Option(description: "\(name) \(value)")
        case ("--build-arg", nil), ("--target", nil): throw error("The option \(name) needs a value")
        default: throw error("'\(name.excerpt())' is not an option of a build here")
        }
    }

    private static func error(_ message: String) -> CairnError {
        CairnError(
            .invalidValue, message,
            hint: "There are: --build-arg KEY=VALUE, --build-arg KEY, --target STAGE, --no-cache.")
    }

    static func stored(for app: App, in store: Store) throws -> [Option] {
        try (store.property(namespace, key, in: .app(app.name)) ?? "").split(separator: "\n").map {
            Option(description: String($0))
        }
    }

    /// Stores the options, sorted, each once.
    static func store(_ options: [Option], for app: App, in store: Store) throws {
        let text = Set(options).sorted().map(\.description).joined(separator: "\n")
        try store.setProperty(namespace, key, to: text, in: .app(app.name))
    }
}
