public import CairnCore
public import CairnStore
public import DockerEngine
public import Foundation

/// How a one-off container of `run` is made.
public struct OneOffOptions: Sendable {
    /// Variables over those of the app.
    public var environment: [String: String] = [:]
    /// Whether the process gets a terminal.
    public var terminal = false
    /// Whether this process will attach to it, with its standard input. Such a container goes when this process is gone.
    public var isAttached = false
    /// Seconds after which it is removed, whatever it does.
    public var timeToLive = 86_400
    /// What its name and plugins call it, when it is no `run`.
    var kindOfRun: String?
    var labels: [String: String] = [:]

    public init() {}
}

extension Platform {
    /// Makes a container for one command, beside the app's own: with its image, config and network. It is not started. The
    /// engine removes it as soon as its process ends.
    ///
    /// - Parameters:
    ///   - app: The app, which has to be deployed.
    ///   - words: The command; a first word that names a process type stands for that type's command, and nothing for the
    ///     image's own.
    ///   - options: How it is made.
    /// - Returns: The container's name, and the engine's id of it.
    /// - Throws: `E-NOT-DEPLOYED`, `E-NOT-FOUND` when the release's image is gone.
    public func createOneOff(
        for app: App, _ words: [String], _ options: OneOffOptions, reporter: any ProgressReporter = SilentReporter()
    ) async throws -> (name: String, id: String) {
        let release = try requireRelease(of: app)
        var (name, spec) = try oneOffSpec(
            for: app, release: release, word: options.kindOfRun,
            command: ContainerEntry(release: release).run(words, environment: release.environment(of: app)),
            environment: options.environment, terminal: options.terminal)
        spec.hostConfig.autoRemove = true
        spec.openStdin = options.isAttached
        spec.stdinOnce = options.isAttached
        (spec.attachStdin, spec.attachStdout, spec.attachStderr) = (
            options.isAttached, options.isAttached, options.isAttached
        )
        spec.labels.merge(options.labels) { _, own in own }
        spec.labels["cairn.expires"] = "\(Int(Date().timeIntervalSince1970) + options.timeToLive)"
        if options.isAttached { spec.labels["cairn.client"] = ProcessIdentity.current?.description }
        let making = ContainerMaking(platform: self, app: app, release: release, reporter: reporter)
        do { return (name, try await making.make(name, spec, for: .run)) } catch let error as EngineError
            where error.isNotFound
        {
            throw CairnError(
                .notFound, "A container of \(app.name) cannot be made: \(error.message)",
                hint: "Run 'cairn reconcile \(app.name)', or push again to build the image.")
        } catch let error as EngineError {
            throw CairnError.engine(error, doing: "making a container of \(app.name)")
        }
    }

    /// Starts a one-off container that nobody waits for. One that cannot be started is removed.
    public func startOneOff(_ id: String, named name: String) async throws {
        try await engineCall("starting \(name)") {
            do { try await engine.startContainer(id) } catch {
                try await removeContainer(id)
                throw error
            }
        }
        // The daemon removes it when its time is up.
        ringDaemon()
    }

    /// The one-off containers of `run`, of one app or of all, newest first.
    public func oneOffs(of app: App?) async throws -> [ContainerSummary] {
        var labels = ["cairn.root=\(try store.installationID())", "cairn.kind=run"]
        if let app { labels.append("cairn.app-id=\(app.id)") }
        return try await engineCall("listing the one-off containers") {
            try await engine.listContainers(all: true, labels: labels)
        }
    }

    /// Ends a one-off container and removes it; one that is gone already is no error.
    public func removeOneOff(_ id: String) async throws { try await removeContainer(id) }

    /// Removes the one-off containers whose time is up, and those whose client died without removing them.
    ///
    /// - Returns: When the next one's time is up; nil when none is left.
    public func removeOverdueOneOffs(now: Date = Date()) async throws -> Date? {
        var next: Date?
        for container in try await oneOffs(of: nil) {
            let expiry = container.labels["cairn.expires"].flatMap(Double.init).map(Date.init(timeIntervalSince1970:))
            let client = container.labels["cairn.client"].flatMap(ProcessIdentity.init)
            if client?.isAlive == false || expiry.map({ $0 <= now }) == true {
                try await removeContainer(container.id)
            } else if let expiry {
                next = next.map { min($0, expiry) } ?? expiry
            }
        }
        return next
    }
}

/// A process, told from a later one that got the same number by when it started (proc(5), `/proc/<pid>/stat`, field 22).
struct ProcessIdentity: Equatable, CustomStringConvertible {
    let pid: Int32
    let start: String

    static var current: ProcessIdentity? { ProcessIdentity(pid: ProcessInfo.processInfo.processIdentifier) }

    init?(pid: Int32) {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        // The second field is the program's name, in parentheses, and may hold blanks and parentheses itself.
        let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 19 else { return nil }
        self.pid = pid
        start = String(fields[19])
    }

    /// Reads what `description` wrote.
    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let pid = Int32(parts[0]) else { return nil }
        self.pid = pid
        start = String(parts[1])
    }

    var description: String { "\(pid)/\(start)" }

    var isAlive: Bool { ProcessIdentity(pid: pid) == self }
}
