import ArgumentParser
import CairnCore
import CairnStore

extension Namespace {
    static let events = Namespace("events", "Who did what to which app", [Events.self])
}

struct Events: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "events", "Show the timeline: who did what to which app, and what came of it.",
        usage: "[-t] [-n <num>] [--format <format>] [<app>]",
        discussion: "With --format json the result is a list, or with -t one object on each line.")

    @Flag(name: [.customShort("t"), .customLong("tail")], help: "Go on with new events as they come.")
    var follows = false
    @Option(name: [.customShort("n"), .customLong("num")], help: "How many events to show.")
    var count = 100
    @OptionGroup var format: FormatOption
    @Argument(help: "Only events of this app; it need not exist any more.") var app: String?

    func run(in context: CommandContext) async throws {
        let name = try app.map { try AppName(validating: $0) }
        let store = try context.store()
        // Watching begins before reading, so that nothing falls between the two.
        let watch = follows ? try FileWatch(path: context.settings.database + "-wal") : nil
        let events = try store.events(app: name, limit: max(0, count))
        if format.isJSON && !follows { return context.output.json(.array(events.map(Self.json))) }
        events.forEach { show($0, context.output) }
        guard let watch else { return }
        var last = try events.last?.id ?? store.events(limit: 1).last?.id ?? 0
        while watch.waitForChange() {
            let new = try store.events(app: name, after: last, limit: 10_000)
            new.forEach { show($0, context.output) }
            last = new.last?.id ?? last
        }
    }

    private func show(_ event: Event, _ output: Output) {
        if format.isJSON { return output.json(Self.json(event)) }
        let subject = event.app.map { " \($0)" } ?? ""
        let message =
            event.message.isEmpty ? "" : ": " + event.message.split(whereSeparator: \.isNewline).joined(separator: " ")
        output.line("\(Timestamp(event.at).text)\(subject) \(event.kind) by \(event.actor)\(message)".visible)
    }

    private static func json(_ event: Event) -> JSONValue {
        [
            "id": .integer(Int(event.id)), "at": .string(Timestamp(event.at).text),
            "app": event.app.map(JSONValue.string) ?? .null, "kind": .string(event.kind), "actor": .string(event.actor),
            "message": .string(event.message),
        ]
    }
}
