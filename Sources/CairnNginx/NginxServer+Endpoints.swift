public import CairnCore
import CairnFiles
import SystemPackage

extension NginxServer {
    /// Says which containers serve an app; from then on no new request goes to any other.
    ///
    /// The file is written first: an nginx that starts reads it. With the Lua module nothing is reloaded and no connection
    /// is touched; without it, nginx reloads. A mapping without endpoints answers 503, and so does one that is not named.
    ///
    /// - Throws: `E-NGINX-DOWN` when nginx does not answer; the file is kept.
    public func setEndpoints(_ endpoints: [MappingKey: [Endpoint]], for app: AppName) async throws {
        try await updateEndpoints(path: "/endpoints?app=\(app)", EndpointTable.lines(endpoints)) { $0[app] = endpoints }
    }

    /// Says which containers serve which app, for all apps at once; apps that the table does not name have none.
    ///
    /// - Throws: as `setEndpoints`.
    public func replaceAllEndpoints(_ table: EndpointTable) async throws {
        let lines = table.text.split(separator: "\n").map(String.init)
        try await updateEndpoints(path: "/endpoints", lines) { $0 = table }
    }

    /// The endpoints the running nginx has for an app.
    ///
    /// - Throws: `E-NGINX-DOWN`.
    public func endpoints(for app: AppName) async throws -> [MappingKey: [Endpoint]] {
        guard liveGeneration()?.generation.mode == .lua else {
            return EndpointTable(parsing: Files.readIfPresent(layout.endpoints) ?? "")[app]
        }
        let response = try await control.request("GET", "/endpoints?app=\(app)")
        let lines = response.body.split(separator: "\n").map { "\(app) \($0)" }
        return EndpointTable(parsing: lines.joined(separator: "\n"))[app]
    }

    /// One writer at a time, so that the file and the running nginx never end up with the words of two.
    private func updateEndpoints(
        path: String, _ lines: [String], _ update: (inout EndpointTable) -> Void
    ) async throws {
        try await withFileLock(layout.endpointsLock) {
            let text = Files.readIfPresent(self.layout.endpoints) ?? ""
            var table = EndpointTable(parsing: text)
            update(&table)
            if table.text != text { try Files.write(table.text, to: self.layout.endpoints) }
            if self.liveGeneration()?.generation.mode == .lua {
                try await self.put(path, lines)
            } else {
                _ = try await self.change(nil) { _, generation in generation.sites }
            }
        }
    }

    private func put(_ path: String, _ lines: [String]) async throws {
        let response = try await control.request("PUT", path, body: lines.map { $0 + "\n" }.joined())
        guard response.status == 200 else {
            throw CairnError(
                .nginxRefused, "nginx did not take the endpoints: status \(response.status)",
                hint: "The file is written, so a restart of nginx takes them: 'systemctl restart nginx'.",
                evidence: NginxProcess.lines(response.body))
        }
    }
}
