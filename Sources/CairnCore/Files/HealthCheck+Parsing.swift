extension HealthCheck {
    private static let keys = [
        "type", "name", "attempts", "timeout", "wait", "initialDelay", "path", "port", "scheme", "content",
        "httpHeaders", "command", "listening", "uptime", "warn", "onFailure",
    ]

    /// Reads one entry of `healthchecks.<process>`.
    init(_ node: JSONNode, notices: inout [String]) throws(CairnError) {
        notices += try node.notices(known: Self.keys)
        guard let type = try node.member("type") else {
            throw node.problem("has no \"type\"", hint: "Give it \"type\": \"startup\", \"readiness\" or \"liveness\".")
        }
        guard let kind = Kind(rawValue: try type.string()) else {
            throw type.error("\"startup\", \"readiness\" or \"liveness\"")
        }
        self.init(
            kind: kind,
            name: try Self.readName(node),
            probe: try Self.readProbe(node),
            attempts: try node.member("attempts")?.integer(1...1000) ?? 3,
            timeout: try node.member("timeout")?.seconds(from: 1) ?? .seconds(5),
            wait: try node.member("wait")?.seconds(from: 0) ?? .seconds(5),
            initialDelay: try node.member("initialDelay")?.seconds(from: 0) ?? .zero,
            warnsOnly: try node.member("warn")?.flag() ?? false,
            onFailure: try Self.readFailureAction(node, notices: &notices))
    }

    private static func readName(_ node: JSONNode) throws(CairnError) -> String? {
        guard let name = try node.member("name")?.string(), !name.isEmpty else { return nil }
        return name.excerpt(100)
    }

    /// A field with its zero value (`"listening": false`, `"uptime": 0`, an empty path) counts as not given.
    private static func readProbe(_ node: JSONNode) throws(CairnError) -> Probe {
        var probes: [(key: String, probe: Probe)] = []
        let port = try node.member("port")?.integer(1...65535)
        if let path = try node.member("path"), path.value != "" {
            probes.append(("path", .http(try readHTTP(node, path: path, port: port))))
        }
        if let words = try node.member("command")?.words() { probes.append(("command", .command(words))) }
        if try node.member("listening")?.flag() == true { probes.append(("listening", .listening(port: port))) }
        if let uptime = try node.member("uptime")?.seconds(from: 0), uptime > .zero {
            probes.append(("uptime", .uptime(uptime)))
        }
        guard let first = probes.first, probes.count == 1 else {
            let given = probes.isEmpty ? "none" : probes.map { "\"\($0.key)\"" }.joined(separator: " and ")
            throw node.problem(
                "needs exactly one of \"path\", \"command\", \"listening\" and \"uptime\"; it has \(given)",
                hint: "Write a check of its own for each.")
        }
        if first.key != "path" {
            for key in ["scheme", "content", "httpHeaders"] where try node.member(key) != nil {
                throw node.problem("has \"\(key)\", which means something only beside \"path\"")
            }
        }
        return first.probe
    }

    private static func readHTTP(_ node: JSONNode, path: JSONNode, port: Int?) throws(CairnError) -> HTTPProbe {
        let text = try path.string()
        guard text.utf8.first == UInt8(ascii: "/"), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw path.error("a path that starts with '/', with blanks and other special characters percent-encoded")
        }
        var scheme = HTTPProbe.Scheme.http
        if let member = try node.member("scheme"), member.value != "" {
            guard let known = HTTPProbe.Scheme(rawValue: try member.string()) else {
                throw member.error("\"http\" or \"https\"")
            }
            scheme = known
        }
        let content = try node.member("content")?.string()
        var headers: [HTTPProbe.Header] = []
        for entry in try node.member("httpHeaders")?.elements(maximum: 50) ?? [] {
            headers.append(try readHeader(entry))
        }
        return HTTPProbe(
            path: text, port: port, scheme: scheme, content: content?.isEmpty == true ? nil : content, headers: headers)
    }

    /// Names are tokens and values have no line ends (RFC 9110, 5.1 and 5.5), else they could forge a request.
    private static func readHeader(_ node: JSONNode) throws(CairnError) -> HTTPProbe.Header {
        guard let name = try node.member("name")?.string(), let value = try node.member("value")?.string() else {
            throw node.problem("needs a \"name\" and a \"value\"")
        }
        let marks = "!#$%&'*+-.^_`|~".utf8
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isASCIIAlphanumeric || marks.contains($0) }) else {
            throw node.problem("has a name that is not that of a header")
        }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
            throw node.problem("has a control character in its value")
        }
        return HTTPProbe.Header(name: name, value: value)
    }

    private static func readFailureAction(
        _ node: JSONNode, notices: inout [String]
    ) throws(CairnError) -> FailureAction? {
        guard let action = try node.member("onFailure") else { return nil }
        notices += try action.notices(known: ["command", "url"])
        let command = try action.member("command")?.words()
        var url: String?
        if let member = try action.member("url"), member.value != "" {
            let text = try member.string()
            let isWeb = text.utf8.starts(with: "http://".utf8) || text.utf8.starts(with: "https://".utf8)
            guard isWeb, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
                throw member.error("a URL that starts with http:// or https://")
            }
            url = text
        }
        return command == nil && url == nil ? nil : FailureAction(command: command, url: url)
    }
}

extension JSONNode {
    /// A time in whole seconds, at most a day.
    fileprivate func seconds(from lowest: Int) throws(CairnError) -> Duration { .seconds(try integer(lowest...86_400)) }
}
