public import CairnCore
import CairnFiles
import Mustache
import SystemPackage

/// What nginx runs with, and what it should.
public struct NginxStatus: Sendable, Equatable {
    /// The generation that answers; nil when nginx does not run, or runs without Cairn's configuration.
    public let running: Int?
    /// The generation that nginx takes up at its next reload or start; nil before the first `bootstrap`.
    public let installed: Int?
    /// How endpoints reach nginx.
    public let mode: NginxHost.Mode?
    /// The apps that have a vhost.
    public let apps: [AppName]

    /// Whether nginx serves what it should.
    public var isCurrent: Bool { running != nil && running == installed }
}

extension NginxServer {
    /// What nginx runs with. Asks it; never fails, and takes at most a few seconds with an nginx that hangs.
    public func status() async -> NginxStatus {
        let live = liveGeneration()?.generation
        return NginxStatus(
            running: await control.generation(), installed: live?.number, mode: live?.mode,
            apps: live?.ordered.map(\.app) ?? [])
    }

    /// The configuration text that serves an app; nil when it has none.
    ///
    /// Server blocks that the app shares with others are shown as if they were its own.
    public func configuration(of app: AppName) throws -> String? {
        guard let site = liveGeneration()?.generation.sites[app] else { return nil }
        var text = try site.file(in: layout).map { try Files.read(FilePath($0)) } ?? ""
        for use in site.uses {
            guard let profile = use.profile else { continue }
            let body = try Files.read(layout.profiles.appending("\(profile).conf"))
            text += try templates().server.render(
                [
                    "listens": use.sockets.map(\.description), "names": site.domains.map(\.rawValue),
                    "key": "\(app)|\(use.key)", "body": body,
                ] as [String: Any])
        }
        return text
    }
}
