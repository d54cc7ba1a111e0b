/// Files, networks and ports.
extension DockerText {
    private static let bindOptions: Set<String> = [
        "ro", "rw", "z", "Z", "nocopy", "shared", "slave", "private", "rshared", "rslave", "rprivate", "consistent",
        "cached", "delegated",
    ]

    /// `source:target[:options]`, or the path of a new volume.
    static func volume(_ text: String) -> DockerSetting? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 1 {
            return path(text).map { target in
                .mount(DockerMount(kind: .volume, source: "", target: target, isReadOnly: false, options: ""))
            }
        }
        guard parts.count <= 3, let source = source(parts[0]), let target = path(parts[1]) else { return nil }
        guard parts.count == 3 else { return .bind("\(source):\(target)") }
        let options = parts[2].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return options.allSatisfy(bindOptions.contains) ? .bind("\(source):\(target):\(parts[2])") : nil
    }

    private static func source(_ text: String) -> String? { text.hasPrefix("/") ? path(text) : name(text) }

    static func mount(_ text: String) -> DockerMount? {
        var values: [String: String] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let (key, value) = halves(String(part), at: "=")
            guard let key = mountKeys[key], values[key] == nil else { return nil }
            values[key] = value ?? "true"
        }
        let flag = values["readonly"] ?? "false"
        guard let kind = DockerMount.Kind(rawValue: values["type"] ?? "volume"),
            ["true", "false", "1", "0"].contains(flag),
            let target = values["target"].flatMap(path)
        else { return nil }
        let source = values["source"] ?? ""
        switch kind {
        case .bind: if path(source) == nil { return nil }
        case .volume: if !source.isEmpty && name(source) == nil { return nil }
        case .tmpfs: if !source.isEmpty { return nil }
        }
        guard let options = temporaryOptions(values), kind == .tmpfs || options.isEmpty else { return nil }
        return DockerMount(
            kind: kind, source: source, target: target, isReadOnly: flag == "true" || flag == "1", options: options)
    }

    private static let mountKeys = [
        "type": "type", "source": "source", "src": "source", "target": "target", "destination": "target",
        "dst": "target", "readonly": "readonly", "ro": "readonly", "tmpfs-size": "size", "tmpfs-mode": "mode",
    ]

    private static func temporaryOptions(_ values: [String: String]) -> String? {
        var options: [String] = []
        if let size = values["size"] {
            guard let bytes = bytes(size) else { return nil }
            options.append("size=\(bytes)")
        }
        if let mode = values["mode"] {
            guard mode.utf8.count <= 4, mode.allSatisfy({ "01234567".contains($0) }) else { return nil }
            options.append("mode=\(mode)")
        }
        return options.joined(separator: ",")
    }

    static func temporaryFiles(_ text: String) -> DockerSetting? {
        let (target, options) = halves(text, at: ":")
        let isSafe = options.map { $0.utf8.allSatisfy { $0.isASCIIAlphanumeric || "=,%_".utf8.contains($0) } } ?? true
        return isSafe ? path(target).map { .temporaryFiles($0, options ?? "") } : nil
    }

    /// A container whose own name is to be the alias needs none.
    static func link(_ text: String) -> DockerLink? {
        let (container, alias) = halves(text, at: ":")
        guard let container = name(container), let alias = name(alias ?? container) else { return nil }
        return DockerLink(container: container, alias: alias)
    }

    /// For containers, one beside the app's own; what would take the place of that is none.
    static func network(_ text: String, _ phases: Set<DockerPhase>) -> String? {
        let isBuild = phases == [.build]
        return isBuild || !["host", "none", "default"].contains(text) ? name(text) : nil
    }

    static func host(_ text: String) -> String? {
        // Newer clients also take `name=address`.
        let (host, address) = halves(text, at: text.contains("=") ? "=" : ":")
        guard let host = name(host), let address, address == "host-gateway" || self.address(address) != nil else {
            return nil
        }
        return "\(host):\(address)"
    }

    /// An address of IPv4, or one of IPv6 as far as its letters tell.
    static func address(_ text: String) -> String? {
        if IPv4Address(text) != nil { return text }
        let isIPv6 =
            text.utf8.count { $0 == UInt8(ascii: ":") } >= 2 && text.utf8.count <= 45
            && text.utf8.allSatisfy { $0.isASCIIDigit || ":abcdefABCDEF.".utf8.contains($0) }
        return isIPv6 ? text : nil
    }

    static func exposed(_ text: String) -> String? { port(text).map { "\($0.first)/\($0.proto)" } }

    /// `[[address:]host:]container[/protocol]`, where ports may be ranges of one length.
    static func publish(_ text: String) -> DockerPort? {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...3).contains(parts.count), let container = port(parts.removeLast()) else { return nil }
        let host = parts.popLast().flatMap { $0.isEmpty ? nil : $0 }
        let address = parts.popLast() ?? ""
        guard address.isEmpty || IPv4Address(address) != nil else { return nil }
        var hostPort: Int?
        if let host {
            guard let range = port(host), !host.contains("/"), range.count == container.count else { return nil }
            hostPort = range.first
        }
        return DockerPort(
            containerPort: container.first, proto: container.proto, hostAddress: address, hostPort: hostPort,
            count: container.count)
    }

    private static func port(_ text: String) -> (first: Int, count: Int, proto: String)? {
        let (numbers, proto) = halves(text, at: "/")
        let (first, last) = halves(numbers, at: "-")
        guard ["tcp", "udp", "sctp"].contains(proto ?? "tcp"), let start = number(first, 1...65_535),
            let end = number(last ?? first, start...65_535), end - start < 1_000
        else { return nil }
        return (start, end - start + 1, proto ?? "tcp")
    }
}
