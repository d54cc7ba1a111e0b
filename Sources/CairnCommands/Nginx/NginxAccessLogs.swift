import ArgumentParser
import CairnCore
import CairnStore

struct NginxAccessLogs: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "nginx:access-logs", "Show the last requests to an app.", usage: "[-t] [-n <num>] [--format <format>] <app>",
        discussion: "With --format json each request is a line of JSON, as in the log itself.")

    @Flag(name: [.customShort("t"), .customLong("tail")], help: "Go on with new requests as they come.")
    var follows = false
    @Option(name: [.customShort("n"), .customLong("num")], help: "How many requests to show.")
    var count = 20
    @OptionGroup var format: FormatOption
    @Argument(help: "The app.") var app: String

    func run(in context: CommandContext) async throws {
        let app = try context.app(app)
        let settings = try context.store().effectiveProperties("nginx", of: app.name)
        if ["off", "/dev/null"].contains(settings["access-log-path"] ?? "") {
            throw CairnError(
                .notFound, "access logs are disabled for this app", hint: "cairn nginx:set \(app.name) access-log-path")
        }
        let path = settings["access-log-path"] ?? context.settings.accessLog
        // A log of the app's own may have any form; in the common one each line says whose it is.
        let isCommon = settings["access-log-path"] == nil
        var log = try LogFile(path: path)
        let isOwn = { (line: String) in !isCommon || AccessLogLine.app(of: line) == app.name.rawValue }
        for line in try log.last(max(0, count), where: isOwn) { show(line, isCommon, context.output) }
        guard follows else { return }
        let watch = try FileWatch(path: path)
        repeat {
            for line in try log.newLines() where isOwn(line) { show(line, isCommon, context.output) }
        } while watch.waitForChange()
    }

    private func show(_ line: String, _ isCommon: Bool, _ output: Output) {
        let text = isCommon && !format.isJSON ? AccessLogLine(line)?.text ?? line : line
        output.line(text.visible)
    }
}

/// A request in the common access log, which is one JSON object for each.
struct AccessLogLine {
    let text: String

    init?(_ line: String) {
        guard case .object(let members) = try? JSONValue(parsing: line, file: "the access log") else { return nil }
        func value(_ key: String) -> String {
            switch members[key] {
            case .string(let text): text
            case .some(let other): other.text
            case nil: "-"
            }
        }
        text = """
            \(value("time")) \(value("remote")) \(value("status")) \(value("method")) \
            \(value("scheme"))://\(value("host"))\(value("uri")) \(value("bytes")) bytes \(value("seconds")) s
            """
    }

    /// The app of a line, without reading all of it.
    static func app(of line: String) -> String? {
        let mark = "\"app\":\""
        guard let range = line.firstRange(of: mark) else { return nil }
        return String(line[range.upperBound...].prefix { $0 != "\"" })
    }
}
