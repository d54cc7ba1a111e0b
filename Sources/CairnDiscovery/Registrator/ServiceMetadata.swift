import CairnCore
import DockerEngine

/// What a container's variables and labels say about its services.
///
/// Variables come first and labels after them, so that a label counts where both say something. What is said for a port
/// beats what is said for all.
struct ServiceMetadata {
    /// For how much something is said; the narrower counts.
    enum Scope: Int, Comparable {
        case container, port, portAndProtocol
        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// What counts for a key.
    struct Entry {
        var value: String
        var scope: Scope
        /// The variable or label as it was written.
        var source: String
    }

    private struct Statement {
        var key: String
        var port: String?
        var transport: String?
        var entry: Entry
    }

    private let statements: [Statement]
    let notes: [Registrator.Note]

    /// - Parameter isStrict: A protocol after the port has no meaning of its own.
    init(_ config: ContainerInspect.Config, prefix: String, isStrict: Bool) {
        var statements: [Statement] = []
        var notes: [Registrator.Note] = []
        func read(_ name: String, _ value: String, _ kind: String) {
            guard name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count else { return }
            guard !(name + value).unicodeScalars.contains(where: \.isControl) else {
                notes.append(
                    .init(.warning, "The \(kind) '\(name.excerpt())' holds control characters and is left out."))
                return
            }
            let source = "\(kind) \(name.excerpt())"
            statements.append(
                Self.statement(String(name.dropFirst(prefix.count)), value, source, isStrict: isStrict))
        }
        for variable in config.env {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            read(String(parts[0]), parts.count == 2 ? String(parts[1]) : "", "variable")
        }
        // The engine gives labels in no order.
        for (name, value) in config.labels.sorted(by: { $0.key < $1.key }) { read(name, value, "label") }
        (self.statements, self.notes) = (statements, notes)
    }

    /// The same from variables alone, as an app has them.
    init(variables: [String: String], prefix: String = "SERVICE_") {
        statements = variables.sorted { $0.key < $1.key }.compactMap { name, value in
            guard name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count,
                !(name + value).unicodeScalars.contains(where: \.isControl)
            else { return nil }
            return Self.statement(
                String(name.dropFirst(prefix.count)), value, "variable \(name.excerpt())", isStrict: false)
        }
        notes = []
    }

    private static func statement(_ name: String, _ value: String, _ source: String, isStrict: Bool) -> Statement {
        let words = name.lowercased().split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        let rest = words.dropFirst().joined(separator: "_")
        guard !rest.isEmpty, words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), !words[0].isEmpty else {
            let entry = Entry(value: value, scope: .container, source: source)
            return Statement(key: name.lowercased(), port: nil, transport: nil, entry: entry)
        }
        let port = String(words[0])
        if !isStrict, words.count == 3, !words[2].isEmpty, ["tcp", "udp", "sctp"].contains(words[1]) {
            let entry = Entry(value: value, scope: .portAndProtocol, source: source)
            return Statement(key: String(words[2]), port: port, transport: String(words[1]), entry: entry)
        }
        let entry = Entry(value: value, scope: .port, source: source)
        return Statement(key: rest, port: port, transport: nil, entry: entry)
    }

    /// What counts for a port, by key in lower case; for the container as a whole without one.
    func entries(port: Int?, transport: String) -> [String: Entry] {
        let number = port.map(String.init)
        var entries: [String: Entry] = [:]
        for statement in statements {
            if let wanted = statement.port, wanted != number { continue }
            if let wanted = statement.transport, wanted != transport { continue }
            if let known = entries[statement.key], known.scope > statement.entry.scope { continue }
            entries[statement.key] = statement.entry
        }
        return entries
    }
}

extension [String: ServiceMetadata.Entry] {
    /// The value of a key; an empty one counts as none.
    func value(_ key: String) -> String? { self[key].flatMap { $0.value.isEmpty ? nil : $0.value } }

    /// Whether a key is set to something that does not mean no; nil when it is not set.
    func flag(_ key: String) -> Bool? {
        value(key).map { !["0", "false", "no", "off"].contains($0.lowercased()) }
    }
}
