import CairnCore
import CairnStore

/// What every `<namespace>:report` does with its arguments: finds the apps, and prints the rows of each as text, as JSON,
/// or only the one that was asked for.
struct ReportCommand {
    /// Narrower columns would make the reports of small namespaces look different from the others.
    private static let labelWidth = 31

    let title: String
    let prefix: String
    var repeatsKeysWithPrefix = false
    var isGlobal = false
    var isJSON = false
    /// The app's name and the flag of one row, in any order.
    let words: [String]

    /// Prints what `rows` makes of one app, or of the host for nil.
    ///
    /// - Throws: `E-USAGE`, `E-APP-NOT-FOUND`, and what `rows` throws.
    func run(in context: CommandContext, rows: (App?) async throws -> [ReportRow]) async throws {
        let flags = words.filter { $0.hasPrefix("-") }
        let names = words.filter { !$0.hasPrefix("-") }
        try check(flags, names)
        let subjects = try await subjects(names.first, context)
        for app in subjects {
            let rows = try await rows(app)
            if let flag = flags.first {
                context.output.line(try value(of: flag, in: rows))
            } else if isJSON {
                context.output.json(json(rows, app: names.isEmpty && !isGlobal ? app : nil))
            } else {
                print(rows, about: app?.name.rawValue ?? "global", context.output)
            }
        }
    }

    private func check(_ flags: [String], _ names: [String]) throws(CairnError) {
        guard flags.count <= 1 else {
            throw CairnError(.usage, "A report shows one key at a time, not \(flags.joined(separator: " ").excerpt())")
        }
        guard flags.isEmpty || !isJSON else {
            throw CairnError(.usage, "--format flag cannot be specified when specifying an info flag")
        }
        guard names.count <= 1, names.isEmpty || !isGlobal else {
            throw CairnError(.usage, "A report is about one app, about --global, or about all apps")
        }
    }

    private func subjects(_ name: String?, _ context: CommandContext) async throws -> [App?] {
        if isGlobal { return [nil] }
        if let name { return [try context.app(name)] }
        let apps = try await context.visibleApps()
        if apps.isEmpty { context.output.warning("You haven't deployed any applications yet") }
        return apps
    }

    private func value(of flag: String, in rows: [ReportRow]) throws(CairnError) -> String {
        guard let row = rows.first(where: { "--" + $0.flag == flag }) else {
            let flags = rows.map { "--" + $0.flag }.joined(separator: ", ")
            throw CairnError(.usage, "Invalid flag passed, valid flags: \(flags)")
        }
        return row.value
    }

    private func print(_ rows: [ReportRow], about subject: String, _ output: Output) {
        output.headline("\(subject) \(title) information")
        let width = max(Self.labelWidth, rows.map { $0.flag.count + 2 }.max() ?? 0)
        for row in rows {
            let label = row.flag.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "." }.joined(
                separator: " ")
            let capitalized = label.prefix(1).uppercased() + label.dropFirst()
            output.line("       " + (capitalized + ":").padded(to: width) + row.value.visible)
        }
    }

    /// All values are text, as the reference command set has them, and those of several parts lists besides. A report on
    /// all apps names each in `app`.
    private func json(_ rows: [ReportRow], app: App?) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for row in rows {
            let isPrefixed = row.flag.hasPrefix(prefix + "-")
            let key = isPrefixed ? String(row.flag.dropFirst(prefix.count + 1)) : row.flag
            members[key] = .string(row.value)
            if let list = row.list { members[key + "-list"] = .array(list.map(JSONValue.string)) }
            if isPrefixed, repeatsKeysWithPrefix { members[row.flag] = .string(row.value) }
        }
        if let app { members["app"] = .string(app.name.rawValue) }
        return .object(members)
    }
}
