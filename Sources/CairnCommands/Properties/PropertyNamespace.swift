import CairnCore
import CairnStore

/// A namespace with settings: what `PropertySet` and `PropertyReport` are made for.
protocol PropertyNamespace: Sendable {
    static var name: String { get }
    /// What the report's headline calls it: `=====> web git information`.
    static var title: String { get }
    /// What a flag of the report begins with, when it is not the name: `--app-locked` of `apps:report`.
    static var prefix: String { get }
    /// The word behind the colon that sets one: `set`.
    static var setWord: String { get }
    static var definitions: [PropertyDefinition] { get }
    /// Whether JSON reports hold each key a second time with the prefix, which scripts written for the reference
    /// command set read in these namespaces.
    static var repeatsKeysWithPrefix: Bool { get }

    /// A setting that is not in the list, because its name has a part that is the app's.
    static func definition(of key: String, for app: App?, in context: CommandContext) throws -> PropertyDefinition?
    /// What holds when a setting is not set anywhere.
    static func standard(of definition: PropertyDefinition, in context: CommandContext) throws -> String
    /// What the report tells beside the settings.
    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow]
    /// Does at once what a changed setting asks for. When it throws, the setting is put back.
    static func apply(_ key: String, in scope: Scope, _ context: CommandContext) async throws
}

extension PropertyNamespace {
    static var title: String { name }
    static var prefix: String { name }
    static var setWord: String { "set" }
    static var repeatsKeysWithPrefix: Bool { false }
    static func definition(of key: String, for app: App?, in context: CommandContext) throws -> PropertyDefinition? {
        nil
    }
    static func standard(of definition: PropertyDefinition, in context: CommandContext) throws -> String {
        definition.standard
    }
    static func facts(about app: App?, in context: CommandContext) async throws -> [ReportRow] { [] }
    static func apply(_ key: String, in scope: Scope, _ context: CommandContext) async throws {}
}

/// A line of a report: the flag that asks for it alone, without the dashes, and its value.
struct ReportRow: Sendable, Equatable {
    let flag: String
    let value: String
    /// The parts of the value, which JSON reports hold under `<flag>-list`; nil for a value without parts.
    let list: [String]?

    init(_ flag: String, _ value: String) {
        self.flag = flag
        self.value = value
        list = nil
    }

    /// A value of several parts, with blanks between them.
    init(_ flag: String, list: [String]) {
        self.flag = flag
        value = list.joined(separator: " ")
        self.list = list
    }

    init(_ flag: String, _ value: Bool) { self.init(flag, value ? "true" : "false") }
}

extension PropertyNamespace {
    /// The report of one app, or of the host: every setting as it was set for the app, for the host, and in effect; and
    /// the facts. By flag.
    static func report(on app: App?, in context: CommandContext) async throws -> [ReportRow] {
        let store = try context.store()
        let own = try app.map { try store.properties(name, in: .app($0.name)) } ?? [:]
        let global = try store.properties(name, in: .global)
        var rows: [ReportRow] = []
        for definition in definitions {
            let key = definition.key
            let standard = try standard(of: definition, in: context)
            if definition.reach == .app {
                if app != nil { rows.append(ReportRow("\(prefix)-\(key)", own[key] ?? standard)) }
                continue
            }
            if app != nil, definition.reach != .global { rows.append(ReportRow("\(prefix)-\(key)", own[key] ?? "")) }
            rows.append(ReportRow("\(prefix)-global-\(key)", global[key] ?? ""))
            rows.append(ReportRow("\(prefix)-computed-\(key)", own[key] ?? global[key] ?? standard))
        }
        return (rows + (try await facts(about: app, in: context))).sorted { $0.flag < $1.flag }
    }
}
