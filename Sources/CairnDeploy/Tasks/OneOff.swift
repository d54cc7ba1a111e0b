public import CairnCore
public import CairnStore
public import DockerEngine
import Foundation

extension Platform {
    /// A container beside the app's own, with its image, config and network, for one command: `run`, and the scripts of a
    /// deploy. It gets no reserved address and no requests.
    ///
    /// `kind` is what the label `cairn.kind` says: `run` or `task`; reconcile removes a task that no deploy waits for. An
    /// empty `command` runs the image's own.
    public func oneOffSpec(
        for app: App, release: Release, kind: String = "run", command: [String], environment: [String: String] = [:],
        terminal: Bool = false
    ) throws -> (name: String, spec: ContainerSpec) {
        let name = "\(try containerNamePrefix())\(app.name).\(kind).\(Self.randomSuffix())"
        var variables = release.environment(of: app).merging(environment) { _, own in own }
        variables["DYNO"] = name
        var spec = ContainerSpec(image: release.imageID)
        spec.cmd = command.isEmpty ? nil : command
        spec.env = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        spec.labels = try labels(of: app, kind: kind)
            .merging(["com.dokku.container-type": kind, "cairn.release": "v\(release.version)"]) { $1 }
        spec.tty = terminal
        spec.hostConfig.`init` = true
        spec.hostConfig.networkMode = try networkName(of: app)
        spec.hostConfig.logConfig = try store.processSettings(of: app.name).logConfig
        return (name, spec)
    }

    private static func randomSuffix() -> String { String(UInt32.random(in: 0x10_0000...0xFF_FFFF), radix: 36) }

    /// The argument list of a command of `run`: a process type stands for its command, and a single word that holds a
    /// whole command line (`run web 'rake db:migrate && echo done'`) is read as a Procfile's would be.
    public func command(_ words: [String], of release: Release, app: App) throws(CairnError) -> [String] {
        let environment = release.environment(of: app)
        guard let first = words.first else { return [] }
        let line = release.content.commands[first] ?? (words.count == 1 ? first : nil)
        guard let line else { return words }
        switch try ProcessCommand(line, environment: environment) {
        case .words(let command): return command + words.dropFirst()
        case .shell(let command):
            // Further words belong to the command, not to the shell that reads it.
            return ["/bin/sh", "-c", ([command] + words.dropFirst().map(ShellWords.quote)).joined(separator: " ")]
        }
    }
}
