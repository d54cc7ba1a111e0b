import CairnCore

/// What a plugin was installed from; kept in the plugin's own directory, so that both change together.
public struct PluginOrigin: Sendable, Equatable {
    public let source: PluginSource
    /// The commit, for a git repository.
    public let commit: String?
    /// The branch that was current when no reference was asked for.
    public let branch: String?

    static let file = ".cairn-origin.json"

    init(source: PluginSource, commit: String? = nil, branch: String? = nil) {
        self.source = source
        self.commit = commit
        self.branch = branch
    }

    /// Nil for a plugin that was put there by hand.
    init?(directory: String) {
        let path = directory + "/" + Self.file
        guard let content = FileSystem.read(path), let value = try? JSONValue(parsing: content, file: Self.file),
            case .object(let members) = value, let kind = members.text("kind").flatMap(PluginSource.Kind.init),
            let location = members.text("location")
        else { return nil }
        source = PluginSource(kind: kind, location: location, reference: members.text("reference"))
        commit = members.text("commit")
        branch = members.text("branch")
    }

    func write(to directory: String) throws(CairnError) {
        let members: [String: String?] = [
            "kind": source.kind.rawValue, "location": source.location, "reference": source.reference, "commit": commit,
            "branch": branch,
        ]
        let value = JSONValue.object(members.compactMapValues { $0.map(JSONValue.string) })
        try FileSystem.replace(directory + "/" + Self.file, with: Array((value.text + "\n").utf8))
    }
}

extension [String: JSONValue] {
    fileprivate func text(_ key: String) -> String? {
        guard case .string(let text)? = self[key] else { return nil }
        return text
    }
}
