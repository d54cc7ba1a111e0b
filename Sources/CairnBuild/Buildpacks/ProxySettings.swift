/// `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` and their like. BuildKit gives arguments of these names to every step and keeps
/// them out of the image and of the cache's keys.
struct ProxySettings: Sendable {
    /// In both spellings, as programs read one or the other.
    let variables: [String: String]

    static let names = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"]

    init(_ proxies: [String: String]) {
        var variables: [String: String] = [:]
        for name in Self.names {
            guard let value = proxies[name] ?? proxies[name.lowercased()], !value.isEmpty else { continue }
            variables[name] = value
            variables[name.lowercased()] = value
        }
        self.variables = variables
    }

    var buildArguments: [String: String?] { variables.mapValues { $0 } }
}
