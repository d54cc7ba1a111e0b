public import CairnCore
import Glibc
import SystemPackage

extension BackendURL {
    /// Reads a URL.
    ///
    /// - Parameter environment: Where what does not belong into a URL is looked up: `CONSUL_HTTP_TOKEN`, `CONSUL_CACERT`,
    ///   `CONSUL_CLIENT_CERT` and `CONSUL_CLIENT_KEY` for Consul, `ETCDCTL_CACERT`, `ETCDCTL_CERT` and `ETCDCTL_KEY` for
    ///   `etcds`: the names that the servers' own command lines use.
    /// - Throws: `E-INVALID-VALUE`.
    public init(validating text: String, environment: [String: String] = [:]) throws(CairnError) {
        guard let colon = text.utf8.firstRange(of: "://".utf8) else {
            throw Self.invalid(text, "has no scheme", "Write it like consul://127.0.0.1:8500.")
        }
        let parser = BackendURLParser(
            text: text, scheme: String(text[..<colon.lowerBound]), rest: text[colon.upperBound...],
            environment: environment)
        try parser.checkCharacters()
        self.text = text
        target = try parser.target()
    }

    static func invalid(_ text: String, _ reason: String, _ hint: String) -> CairnError {
        // Who writes a password into a URL should not find it in a log.
        let shown = text.utf8.contains(UInt8(ascii: "@")) ? String(text.prefix { $0 != ":" }) + "://…" : text.excerpt()
        return CairnError(.invalidValue, "The backend '\(shown)' \(reason)", hint: hint)
    }
}

/// A URL in its parts, while it is read.
struct BackendURLParser {
    let text: String
    let scheme: String
    let rest: Substring
    let environment: [String: String]

    static let schemes =
        "consul, consul-unix, consul-tls, consulkv, consulkv-unix, etcd, etcds, skydns2, directory, exec, hosts"

    func checkCharacters() throws(CairnError) {
        if rest.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7f }) {
            throw invalid("has spaces or control characters in it", "Leave them out.")
        }
        if rest.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) {
            throw invalid("has a query or a fragment", "Nothing may follow the path.")
        }
        if rest.prefix(while: { $0 != "/" }).utf8.contains(UInt8(ascii: "@")) {
            throw invalid("has a user or a password in it", "Give Consul's token in CONSUL_HTTP_TOKEN instead.")
        }
    }

    func target() throws(CairnError) -> BackendURL.Target {
        switch scheme {
        case "consul": .consul(try consul(hasTLS: false))
        case "consul-tls": .consul(try consul(hasTLS: true))
        case "consul-unix": .consul(BackendURL.Server(place: .socket(try path(rest)), token: token))
        case "consulkv": .consulKeyValue(try network(8500, token: token), prefix: try prefix(afterHost))
        case "consulkv-unix": try keyValueBySocket()
        case "etcd": .etcd(try network(2379), prefix: try prefix(afterHost))
        case "etcds": .etcd(try network(2379, certificates: etcdCertificates()), prefix: try prefix(afterHost))
        case "skydns2": .skyDNS(try network(2379), domain: try domain())
        case "directory": .directory(try path(rest))
        case "exec": .program(try path(rest))
        case "hosts": .hosts(try path(rest))
        default: throw invalid("has the unknown scheme '\(scheme.excerpt(20))'", "Known are \(Self.schemes).")
        }
    }

    private func invalid(_ reason: String, _ hint: String) -> CairnError { BackendURL.invalid(text, reason, hint) }

    private var host: Substring { rest.prefix { $0 != "/" } }
    private var afterHost: Substring { rest.dropFirst(host.count) }
    private var token: String? { variable("CONSUL_HTTP_TOKEN") }

    private func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension BackendURLParser {
    private func consul(hasTLS: Bool) throws(CairnError) -> BackendURL.Server {
        guard afterHost.isEmpty || afterHost == "/" else {
            throw invalid("has a path", "An agent has none; for keys and values write consulkv://host:port/prefix.")
        }
        let names = (authority: "CONSUL_CACERT", client: "CONSUL_CLIENT_CERT", key: "CONSUL_CLIENT_KEY")
        return try network(
            hasTLS ? 8501 : 8500,
            certificates: hasTLS ? try certificates(names.authority, names.client, names.key) : nil,
            token: token)
    }

    private func etcdCertificates() throws(CairnError) -> BackendURL.Server.Certificates {
        try certificates("ETCDCTL_CACERT", "ETCDCTL_CERT", "ETCDCTL_KEY")
    }

    private func certificates(
        _ authority: String, _ client: String, _ key: String
    ) throws(CairnError) -> BackendURL.Server.Certificates {
        let found = BackendURL.Server.Certificates(
            authority: try file(authority), client: try file(client), key: try file(key))
        guard (found.client == nil) == (found.key == nil) else {
            throw invalid("has half of a client certificate", "Set both \(client) and \(key), or neither.")
        }
        return found
    }

    private func file(_ name: String) throws(CairnError) -> FilePath? {
        guard let value = variable(name) else { return nil }
        let path = FilePath(value)
        guard path.isAbsolute else {
            throw invalid("needs the file in \(name), which is no absolute path", "Write it from the root on.")
        }
        return path
    }

    /// Host and port; an empty host is this one.
    private func network(
        _ standardPort: Int, certificates: BackendURL.Server.Certificates? = nil, token: String? = nil
    ) throws(CairnError) -> BackendURL.Server {
        var name = host
        var port = standardPort
        var portText: Substring?
        if name.first == "[" {
            guard let end = name.firstIndex(of: "]") else {
                throw invalid("has no ']'", "IPv6 addresses stand in [ ].")
            }
            let after = name[name.index(after: end)...]
            guard after.isEmpty || after.first == ":" else {
                throw invalid("has text after ']'", "A port follows a ':'.")
            }
            portText = after.isEmpty ? nil : after.dropFirst()
            name = name[name.index(after: name.startIndex)..<end]
            guard IPLiteral(name)?.isIPv6 == true else { throw invalid("has no IPv6 address in [ ]", "Correct it.") }
        } else if let colon = name.firstIndex(of: ":") {
            portText = name[name.index(after: colon)...]
            name = name[..<colon]
            guard name.utf8.allSatisfy(\.isHostNameByte) else { throw invalid("has no host name", "Correct it.") }
        } else if !name.utf8.allSatisfy(\.isHostNameByte) {
            throw invalid("has no host name", "Correct it.")
        }
        if let portText {
            guard let number = UInt16(portText), number > 0, portText.utf8.allSatisfy(\.isDigit) else {
                throw invalid("has no port from 1 to 65535", "IPv6 addresses stand in [ ], a port follows the ':'.")
            }
            port = Int(number)
        }
        let place = BackendURL.Server.Place.network(host: name.isEmpty ? "127.0.0.1" : String(name), port: port)
        return BackendURL.Server(place: place, certificates: certificates, token: token)
    }

    /// `consulkv-unix:///run/consul.sock:/services`: what follows the last `:/` is the prefix.
    private func keyValueBySocket() throws(CairnError) -> BackendURL.Target {
        let bytes = Array(rest.utf8)
        let separator = bytes.indices.dropLast().last {
            bytes[$0] == UInt8(ascii: ":") && bytes[$0 + 1] == UInt8(ascii: "/")
        }
        guard let separator else {
            throw invalid("has no prefix for the keys", "Write it like consulkv-unix:///run/consul.sock:/services.")
        }
        let socket = String(decoding: bytes[..<separator], as: UTF8.self)
        let prefix = String(decoding: bytes[(separator + 1)...], as: UTF8.self)
        let server = BackendURL.Server(place: .socket(try path(socket[...])), token: token)
        return .consulKeyValue(server, prefix: try self.prefix(prefix[...]))
    }

    private func path(_ text: Substring) throws(CairnError) -> FilePath {
        let path = FilePath(String(text))
        guard path.isAbsolute, path.lastComponent != nil else {
            throw invalid("has no absolute path", "Three slashes begin it: \(scheme):///path.")
        }
        guard path.lexicallyNormalized() == path else {
            throw invalid("has '.' or '..' in its path", "Write the path that is meant.")
        }
        return path
    }

    /// What all keys begin with, without slashes at its ends.
    private func prefix(_ text: Substring) throws(CairnError) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).drop { $0.isEmpty }
        let trimmed = parts.last?.isEmpty == true ? parts.dropLast() : parts
        guard !trimmed.isEmpty else {
            throw invalid("has no prefix for the keys", "Write it like \(scheme)://host:port/services.")
        }
        guard trimmed.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw invalid("has an empty part, '.' or '..' in its prefix", "Write the prefix that is meant.")
        }
        return trimmed.joined(separator: "/")
    }

    private func domain() throws(CairnError) -> String {
        let name = afterHost.dropFirst()
        let trimmed = (name.last == "/" ? name.dropLast() : name).lowercased()
        let labels = trimmed.split(separator: ".", omittingEmptySubsequences: false)
        guard trimmed.utf8.count <= 200, labels.allSatisfy({ DNSLabel.isValid($0) }) else {
            throw invalid("has no domain", "Write it like skydns2://host:port/cluster.local.")
        }
        return trimmed
    }
}
