import CairnCore
import CairnPlugins
import CairnStore

/// What plugins have answered about how an app is served. It is kept as properties, so that everybody who routes the app
/// does it the same way without asking again.
private enum PluginRoute {
    static let namespace = "plugin-answers"
    static let ports = "ports-get"
    static let detectedPorts = "ports-set-detected"
    static let proxy = "proxy-type"
}

extension Platform {
    /// The name of Cairn's own proxy.
    static let ownProxy = "nginx"

    /// Asks plugins which proxy serves the app and which port mappings it has beside its own.
    ///
    /// - Throws: `E-PLUGIN-ANSWER`; what is kept is as it was then.
    func askForRoutes(of app: App, reporter: any ProgressReporter) async throws {
        let name = app.name.rawValue
        let type = PluginAnswer(try await triggers.ask(.proxyType, name, reporter: reporter), to: .proxyType)
        if let proxy = type.firstLine, (try? ProcessType(validating: proxy)) == nil {
            throw type.refused("'\(proxy.excerpt())' is not the name of a proxy")
        }
        let ports = PluginAnswer(try await triggers.ask(.portsGet, name, reporter: reporter), to: .portsGet)
        let mappings = try ports.mappings()
        try keep(type.firstLine, PluginRoute.proxy, of: app)
        try keep(mappings.map(\.description).joined(separator: " "), PluginRoute.ports, of: app)
    }

    /// Tells plugins which ports the build has found; what they answer takes their place.
    ///
    /// - Parameter resets: Whether mappings of an earlier build are forgotten. One that a plugin has built says itself which
    ///   there are.
    /// - Throws: `E-PLUGIN-ANSWER`.
    func askForDetectedPorts(
        _ mappings: [PortMapping], of app: App, resets: Bool, reporter: any ProgressReporter
    ) async throws {
        let call = TriggerCall(.portsSetDetected, [app.name.rawValue] + mappings.map(\.description))
        let text = try await triggers.run(call, output: .returned, reporter: reporter)
        let answer = try PluginAnswer(text, to: .portsSetDetected).mappings()
        if !answer.isEmpty || resets { try setDetectedPorts(answer, of: app) }
    }

    /// Keeps mappings that take the place of those that Cairn would find by itself; none for Cairn's own.
    func setDetectedPorts(_ mappings: [PortMapping], of app: App) throws {
        try keep(mappings.map(\.description).joined(separator: " "), PluginRoute.detectedPorts, of: app)
    }

    /// Mappings that plugins have given the app beside its own.
    func portsOfPlugins(of app: App) throws -> [PortMapping] { try kept(PluginRoute.ports, of: app) }

    /// Mappings that plugins have found at the last build.
    func portsDetectedByPlugins(of app: App) throws -> [PortMapping] {
        try kept(PluginRoute.detectedPorts, of: app)
    }

    /// Whether nginx is to serve the app, and not a plugin's proxy.
    func isServedByNginx(_ app: App) throws -> Bool {
        let proxy = try store.property(PluginRoute.namespace, PluginRoute.proxy, in: .app(app.name))
        return (proxy ?? Self.ownProxy) == Self.ownProxy
    }

    private func kept(_ key: String, of app: App) throws -> [PortMapping] {
        let text = try store.property(PluginRoute.namespace, key, in: .app(app.name)) ?? ""
        return try text.split(separator: " ").map { try PortMapping(parsing: String($0)) }
    }

    /// Writes only what has changed: most apps never have any of it.
    private func keep(_ value: String?, _ key: String, of app: App) throws {
        let value = value.flatMap { $0.isEmpty ? nil : $0 }
        let scope = Scope.app(app.name)
        guard try store.property(PluginRoute.namespace, key, in: scope) != value else { return }
        try store.setProperty(PluginRoute.namespace, key, to: value, in: scope)
    }
}

extension PluginAnswer {
    /// Port mappings, one or more on a line.
    ///
    /// - Throws: `E-PLUGIN-ANSWER`.
    func mappings() throws(CairnError) -> [PortMapping] {
        var mappings: [PortMapping] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            do { mappings.append(try PortMapping(parsing: String(word))) } catch {
                throw refused(error.message, hint: error.hint)
            }
        }
        return mappings
    }
}
