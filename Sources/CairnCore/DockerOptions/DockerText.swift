/// Reads the values of docker's flags. Each returns nil for what is not well formed.
enum DockerText {
    /// Printable, without blanks.
    static func word(_ text: String) -> String? {
        !text.isEmpty && text.utf8.count <= 256 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } ? text : nil
    }

    /// The name of a container, a volume, a network or a host: letters, digits, `_`, `.` and `-`, the first of them a
    /// letter or a digit.
    static func name(_ text: String) -> String? {
        let isName =
            text.utf8.first.map(\.isASCIIAlphanumeric) == true && text.utf8.count <= 128
            && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_.-".utf8.contains($0) }
        return isName ? text : nil
    }

    /// An absolute path in a container or on the host, without `..`.
    static func path(_ text: String) -> String? {
        let isPath =
            text.hasPrefix("/") && text.utf8.count <= 1_024 && !text.utf8.contains(UInt8(ascii: ":"))
            && !text.split(separator: "/").contains("..")
        return isPath ? text : nil
    }

    static func pair(_ text: String) -> (String, String)? {
        let (key, value) = halves(text, at: "=")
        return word(key).map { ($0, value ?? "") }
    }

    static func variable(_ text: String) -> (ConfigKey, String?)? {
        let (key, value) = halves(text, at: "=")
        return (try? ConfigKey(validating: key)).map { ($0, value) }
    }

    static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy(\.isASCIIDigit), let number = Int(text),
            range.contains(number)
        else { return nil }
        return number
    }

    /// A number, also a decimal fraction, with a unit of b, k, m, g or t (powers of 1024), as docker reads it; `kb` and
    /// `KiB` are other words for `k`.
    static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        var unit = text.dropFirst(digits.count).lowercased()
        if unit.count > 1, unit.hasSuffix("ib") {
            unit.removeLast(2)
        } else if unit.count > 1, unit.hasSuffix("b") {
            unit.removeLast()
        }
        guard let factor = ["": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40][unit],
            digits.first?.isNumber == true, digits.utf8.count <= 18, let number = Double(digits)
        else { return nil }
        let bytes = number * Double(factor)
        return bytes < 9e18 ? Int(bytes) : nil
    }

    /// In billionths: nine decimals are all that count.
    static func processors(_ text: String) -> Int? {
        guard text.utf8.count <= 16, text.utf8.allSatisfy({ $0.isASCIIDigit || $0 == UInt8(ascii: ".") }),
            let number = Double(text), number > 0, number <= 4_096
        else { return nil }
        return Int((number * 1e9).rounded())
    }

    static func limit(_ text: String) -> DockerLimit? {
        guard let (name, values) = pair(text), self.name(name) != nil else { return nil }
        let parts = values.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), let soft = limitValue(parts[0]),
            let hard = limitValue(parts[parts.count - 1])
        else { return nil }
        return DockerLimit(name: name, soft: soft, hard: hard)
    }

    private static func limitValue(_ text: String) -> Int? {
        text == "-1" || text == "unlimited" ? -1 : number(text, 0...(.max))
    }

    static func duration(_ text: String) -> Duration? { try? Duration(parsing: text) }

    /// `ALL`, or a name with or without `CAP_`.
    static func capability(_ text: String) -> String? {
        let isName =
            !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") }
        return isName ? text : nil
    }

    static func signal(_ text: String) -> String? {
        let isName =
            !text.isEmpty && text.utf8.count <= 16
            && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "+-".utf8.contains($0) }
        return isName ? text : nil
    }

    /// A profile of seccomp is a file that docker's client reads; only the names of profiles are taken.
    static func security(_ text: String) -> String? {
        guard let word = word(text) else { return nil }
        for key in ["seccomp=", "seccomp:"] where word.hasPrefix(key) {
            return ["unconfined", "builtin"].contains(word.dropFirst(key.count)) ? word : nil
        }
        return word
    }

    static func graphics(_ text: String) -> DockerGraphics? {
        if text == "all" { return .all }
        if let count = number(text, 1...128) { return .count(count) }
        // docker wants quotes in the value itself, which a shell takes away or not.
        let bare = text.filter { $0 != "\"" }
        guard bare.hasPrefix("device=") else { return nil }
        let ids = bare.dropFirst("device=".count).split(separator: ",").map(String.init)
        return ids.isEmpty || ids.contains { name($0) == nil } ? nil : .devices(ids)
    }

    static func device(_ text: String) -> DockerDevice? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let host = parts.first.flatMap(path), parts.count <= 3 else { return nil }
        var (container, permissions) = (host, "rwm")
        for part in parts.dropFirst() {
            if let path = path(part) {
                container = path
            } else if !part.isEmpty, part.allSatisfy({ "rwm".contains($0) }) {
                permissions = part
            } else {
                return nil
            }
        }
        return DockerDevice(hostPath: host, containerPath: container, permissions: permissions)
    }

    static func halves(_ text: String, at separator: Unicode.Scalar) -> (String, String?) {
        // Scalars, not characters: a combining mark behind the separator would hide it.
        guard let index = text.unicodeScalars.firstIndex(of: separator) else { return (text, nil) }
        return (String(text[..<index]), String(text[text.unicodeScalars.index(after: index)...]))
    }
}
