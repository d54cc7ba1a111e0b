import ArgumentParser
import CairnCore
import CairnDeploy
import CairnPlugins
import CairnStore
import DockerEngine
import Foundation
import Glibc

struct Enter: CairnCommand {
    static let configuration = CommandConfiguration.cairn(
        "enter", "Run a command, or a shell, in a running container of an app.",
        usage: "<app> [<type>[.<n>] | --container-id <id>] [--] [<command>...]",
        discussion: "Without a process type, the only one that runs. Without a number, its first copy.")

    @Argument(
        parsing: .captureForPassthrough, help: ArgumentHelp("The app, the process and the command.", valueName: "app"))
    var words: [String] = []

    func run(in context: CommandContext) async throws {
        var rest = words[...]
        guard let name = rest.popFirst() else {
            throw CairnError(.usage, "Please specify an app to run the command on")
        }
        let app = try context.app(name)
        let declared = try context.store().currentRelease(of: app)?.processTypes ?? []
        if try await context.delegates(.schedulerEnter, of: app, Self.told(rest, declared: declared)) { return }
        let running = try await context.platform().containers(of: app, process: nil)
        guard !running.isEmpty else {
            throw CairnError(
                .notFound, "No containers found for \(app.name)", hint: "Run 'cairn ps:report \(app.name)' to see why.")
        }
        let id = try container(&rest, of: app, running, context)
        if rest.first == "--" { rest.removeFirst() }
        let words = rest.isEmpty ? try Shell.command(of: app, context) : Array(rest)
        let command = try context.store().currentRelease(of: app)?.commandInside(words) ?? words
        let status = try await AttendedExec(
            containerID: id, command: command, hasTerminal: context.console.isTerminal,
            environment: context.console.isTerminal ? Shell.terminal(context) : [:], platform: try context.platform(),
            console: context.console
        ).run()
        if status != 0 { throw ExitStatus(status) }
    }

    /// The words as plugins get them: what names the container, two dashes, the command. Where no process types are known,
    /// a word that could be one is.
    static func told(_ words: ArraySlice<String>, declared: [ProcessType]) -> [String] {
        var (place, rest): ([String], ArraySlice<String>) = ([], words)
        if let first = rest.first, first == "--container-id" || first.hasPrefix("--container-id=") {
            let parts = rest.removeFirst().split(separator: "=", maxSplits: 1).map(String.init)
            place = [parts[0], parts.count > 1 ? parts[1] : rest.popFirst() ?? ""]
        } else if let first = rest.first, let found = try? selection(first),
            declared.isEmpty || declared.contains(found.process)
        {
            place = [rest.removeFirst()]
        }
        if rest.first == "--" { rest.removeFirst() }
        return place + ["--"] + rest
    }

    /// Takes the words that name the container.
    private func container(
        _ rest: inout ArraySlice<String>, of app: App, _ running: [(name: InstanceName, id: String)],
        _ context: CommandContext
    ) throws -> String {
        let types = Set(running.map(\.name.process)).sorted()
        let declared = try context.store().currentRelease(of: app)?.processTypes ?? []
        let available = "Available types for app (\(app.name)): \(types.map(\.rawValue).joined(separator: " "))"
        if rest.first == "--container-id" || rest.first?.hasPrefix("--container-id=") == true {
            return try container(byID: &rest, of: app, running)
        }
        // With one type alone, a word that is no process type is the command.
        if let first = rest.first, first != "--", let found = try? Self.selection(first),
            types.contains(found.process) || declared.contains(found.process) || types.count > 1
        {
            rest.removeFirst()
            let match = running.first {
                $0.name.process == found.process && (found.index ?? $0.name.index) == $0.name.index
            }
            guard let match else {
                throw CairnError(.notFound, "No containers found for type '\(first.excerpt())'", hint: available)
            }
            return match.id
        }
        guard types.count == 1 else { throw CairnError(.usage, "No container type specified.", hint: available) }
        return running[0].id
    }

    private func container(
        byID rest: inout ArraySlice<String>, of app: App, _ running: [(name: InstanceName, id: String)]
    ) throws -> String {
        let flag = rest.removeFirst()
        let id =
            flag.hasPrefix("--container-id=") ? String(flag.dropFirst("--container-id=".count)) : rest.popFirst() ?? ""
        guard id.utf8.count >= 4, let match = running.first(where: { $0.id.hasPrefix(id) }) else {
            let known = running.map { String($0.id.prefix(12)) }.joined(separator: " ")
            throw CairnError(
                .notFound, "Invalid container id for app: \(id.excerpt())",
                hint: "Available ids for app (\(app.name)): \(known)")
        }
        return match.id
    }

    /// `web` or `web.2`.
    static func selection(_ text: String) throws(CairnError) -> (process: ProcessType, index: Int?) {
        if text.contains(".") {
            let name = try InstanceName(validating: text)
            return (name.process, name.index)
        }
        return (try ProcessType(validating: text), nil)
    }
}

/// A command in a container that runs already, with the caller attached to it.
struct AttendedExec: Sendable {
    let containerID: String
    let command: [String]
    let hasTerminal: Bool
    let environment: [String: String]
    let platform: Platform
    let console: any Console

    /// - Returns: The exit status of the command.
    func run() async throws -> Int32 {
        let caller = Caller(of: console, reads: true)
        defer { caller.stop() }
        let terminal = hasTerminal ? RawTerminal(STDIN_FILENO) : nil
        defer { terminal?.restore() }
        return try await platform.askEngine("entering the container") { engine in
            let spec = ExecSpec(
                cmd: command, env: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
                tty: hasTerminal, attachStdin: true)
            let exec = try await engine.createExec(containerID, spec)
            let session = AttachedSession(
                stream: try await engine.startExec(exec, tty: hasTerminal), console: console, caller: caller,
                terminal: hasTerminal ? STDIN_FILENO : nil,
                resize: { try await engine.resizeExec(exec, height: $0.height, width: $0.width) },
                forward: { try await send(AttachedSession.name(of: $0), to: exec, engine) })
            guard try await session.run() == .outputEnded else {
                await Task { try? await send("HUP", to: exec, engine) }.value
                throw ExitStatus(128 + SIGHUP)
            }
            return Int32(truncatingIfNeeded: try await engine.inspectExec(exec).exitCode ?? 0)
        }
    }

    /// The engine cannot signal a command that it executes, so the container's shell does. The kernel tells the number that
    /// the command has in there (proc(5), `NSpid`).
    private func send(_ signal: String, to exec: String, _ engine: EngineClient) async throws {
        let pid = try await engine.inspectExec(exec).pid
        guard pid > 0, let data = FileManager.default.contents(atPath: "/proc/\(pid)/status"),
            let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first(where: {
                $0.hasPrefix("NSpid:")
            }),
            let inner = line.split(whereSeparator: \.isWhitespace).last.flatMap({ Int($0) })
        else { return }
        let spec = ExecSpec(cmd: ["/bin/sh", "-c", "kill -\(signal) \(inner)"])
        try await engine.startExecDetached(try await engine.createExec(containerID, spec))
    }
}
