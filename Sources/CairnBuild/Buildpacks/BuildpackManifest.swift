import CairnCore

/// What a bundled buildpack says about itself in its `buildpack.toml`.
struct BuildpackManifest: Sendable, Equatable {
    var name = ""
    /// Paths and patterns of fnmatch(3) in the source; one of them makes the buildpack a candidate.
    var any: [String] = []
    /// One of these rules it out.
    var none: [String] = []
    /// Where several are candidates, the lowest is asked first.
    var priority = 100
    /// Debian packages for the build, and for the image that runs.
    var buildPackages: [String] = []
    var runPackages: [String] = []

    /// Reads the part of TOML (toml.io) that these files are written in: tables, and in them text, whole numbers and lists
    /// of text. What it does not know, it passes over.
    ///
    /// - Throws: `E-INVALID-FILE` with the line.
    init(parsing bytes: [UInt8], file: String) throws(CairnError) {
        var reader = Reader(file: file)
        for line in String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        {
            try reader.take(String(line))
        }
        try reader.finish()
        name = reader.text["buildpack.name"] ?? ""
        any = reader.lists["detect.any"] ?? []
        none = reader.lists["detect.none"] ?? []
        priority = reader.numbers["detect.priority"] ?? priority
        buildPackages = reader.lists["stack.build-packages"] ?? []
        runPackages = reader.lists["stack.run-packages"] ?? []
        // They become part of a command line.
        for package in buildPackages + runPackages where !Self.isPackage(package) {
            throw CairnError(.invalidFile, "\(file): '\(package.visible)' is not the name of a Debian package")
        }
    }

    /// Debian policy 5.6.1, and a version or an architecture behind it.
    private static func isPackage(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isDigitOrLower else { return false }
        return text.utf8.allSatisfy { $0.isDigitOrLower || "+-.:=~".utf8.contains($0) }
    }

    private struct Reader {
        let file: String
        var text: [String: String] = [:]
        var numbers: [String: Int] = [:]
        var lists: [String: [String]] = [:]
        private var table = ""
        private var number = 0
        /// A list that goes on in the next line.
        private var open: (key: String, text: String)?

        init(file: String) { self.file = file }

        mutating func take(_ line: String) throws(CairnError) {
            number += 1
            let line = Self.withoutComment(line).withoutOuterBlanks
            if let (key, text) = open {
                return try set(key, text + " " + line)
            }
            if line.isEmpty { return }
            if line.hasPrefix("[") {
                guard line.hasSuffix("]") else { throw error() }
                table = line.filter { $0 != "[" && $0 != "]" }.withoutOuterBlanks
                return
            }
            guard let equals = line.firstIndex(of: "=") else { throw error() }
            let key = String(line[..<equals]).withoutOuterBlanks
            try set("\(table).\(key)", String(line[line.index(after: equals)...]).withoutOuterBlanks)
        }

        func finish() throws(CairnError) {
            if open != nil { throw error() }
        }

        private mutating func set(_ key: String, _ value: String) throws(CairnError) {
            open = nil
            if value.hasPrefix("[") {
                if !value.hasSuffix("]") {
                    open = (key, value)
                    return
                }
                var list: [String] = []
                for item in value.dropFirst().dropLast().split(separator: ",") {
                    let item = String(item).withoutOuterBlanks
                    if !item.isEmpty { list.append(try string(item)) }
                }
                lists[key] = list
            } else if let number = Int(value) {
                numbers[key] = number
            } else if value.hasPrefix("\"") || value.hasPrefix("'") {
                text[key] = try string(value)
            }
        }

        private func string(_ value: String) throws(CairnError) -> String {
            guard let quote = value.first, quote == "\"" || quote == "'", value.count >= 2, value.last == quote else {
                throw error()
            }
            return String(value.dropFirst().dropLast())
        }

        private func error() -> CairnError {
            CairnError(
                .invalidFile, "\(file), line \(number) is not understood",
                hint: "Write key = \"text\", key = 1 or key = [\"text\", \"text\"] in tables such as [detect].")
        }

        private static func withoutComment(_ line: String) -> String {
            var quote: Character?
            for index in line.indices {
                let character = line[index]
                if let open = quote {
                    if character == open { quote = nil }
                } else if character == "\"" || character == "'" {
                    quote = character
                } else if character == "#" {
                    return String(line[..<index])
                }
            }
            return line
        }
    }
}

extension UInt8 {
    fileprivate var isDigitOrLower: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
    }
}
