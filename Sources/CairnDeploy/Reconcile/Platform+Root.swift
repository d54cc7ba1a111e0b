public import CairnCore
import CairnNginx
import CairnStore
import Foundation

extension Platform {
    /// Lays out the state root: its directories, the hooks, the nginx tree. What is there already stays.
    public func prepareRoot() async throws {
        let open = ["", "/nginx", "/logs", "/logs/nginx"]
        let own = ["/repos", "/hooks", "/locks", "/run", "/logs/builds", "/.ssh"]
        do {
            for path in own { try Self.makeDirectory(settings.root + path, permissions: 0o750) }
            // nginx's workers reach error pages through these; what is secret in them has permissions of its own.
            for path in open { try Self.makeDirectory(settings.root + path, permissions: 0o711) }
            for hook in ["pre-receive", "proc-receive", "post-receive"] { try linkHook(hook) }
        } catch let error as CocoaError {
            throw CairnError(
                error.code == .fileWriteOutOfSpace ? .diskFull : .io,
                "The state root \(settings.root) cannot be laid out: \(error.localizedDescription)",
                hint: "Run install.sh again as root.")
        }
        try await nginx.bootstrap()
    }

    private static func makeDirectory(_ path: String, permissions: Int) throws {
        let files = FileManager.default
        if !files.fileExists(atPath: path) {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            try files.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
        }
    }

    /// Git runs the hook under the name that the link gives it; the program tells by it what to do.
    private func linkHook(_ name: String) throws {
        let path = settings.hooks + "/" + name
        let files = FileManager.default
        if (try? files.destinationOfSymbolicLink(atPath: path)) == settings.executable { return }
        try? files.removeItem(atPath: path)
        try files.createSymbolicLink(atPath: path, withDestinationPath: settings.executable)
    }

    /// Brings everything outside the apps in line with the rows: the state root's layout, and all virtual hosts in one
    /// step, which also takes out those of apps that are gone.
    public func reconcileHost(reporter: any ProgressReporter) async throws {
        try await prepareRoot()
        WorkDirectory.removeAbandoned(below: settings.root + "/run")
        let installed = Set(await nginx.status().apps)
        let hosts = try store.apps().filter { $0.isDeployed || installed.contains($0.name) }
            .compactMap { try virtualHost(of: $0, mappings: portMappings(of: $0)) }
        do {
            try await nginx.replaceAll(hosts, edits: pluginEdits(of: hosts, reporter: reporter))
        } catch let error as CairnError where error.code == .nginxRefused {
            // One app is at fault. They are brought in line one by one then, and only that one fails.
            reporter.warning(error.message)
        }
    }

    /// What plugins change in the hosts' configurations. A plugin that fails is no reason not to serve an app.
    private func pluginEdits(
        of hosts: [VirtualHost], reporter: any ProgressReporter
    ) async -> [AppName: NginxServer.Edit] {
        var edits: [AppName: NginxServer.Edit] = [:]
        for host in hosts {
            do { edits[host.app] = try await pluginEdit(of: host, reporter: reporter) } catch {
                reporter.warning((error as? CairnError)?.message ?? "\(error)")
            }
        }
        return edits
    }
}
