/// Reads the dotenv form of config.
struct EnvFileReader {
    private let scalars: [Unicode.Scalar]
    private let file: String
    private var index = 0
    /// Counts from 1.
    private var line = 1

    init(_ text: String, file: String) {
        self.file = file
        // One kind of line end from here on; a CR elsewhere is part of a value.
        var scalars: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
            scalars.append(scalar)
        }
        self.scalars = scalars
    }

    /// All assignments in the order of the file.
    mutating func read() throws(CairnError) -> [(key: String, value: String)] {
        var pairs: [(key: String, value: String)] = []
        while let scalar = peek {
            if scalar.isBlank || scalar == "\n" {
                _ = next()
            } else if scalar == "#" {
                _ = restOfLine()
            } else {
                pairs.append((try key(), try value()))
            }
        }
        return pairs
    }

    private mutating func key() throws(CairnError) -> String {
        var key = ""
        while let scalar = peek, scalar != "=", scalar != "\n" {
            key.unicodeScalars.append(scalar)
            index += 1
        }
        guard peek == "=" else { throw error("'\(key.excerpt())' has no '='") }
        index += 1
        let export = "export"
        if key.utf8.starts(with: export.utf8), let blank = key.unicodeScalars.dropFirst(export.count).first,
            blank.isBlank
        {
            key = String(key.unicodeScalars.dropFirst(export.count))
        }
        return key.trimmingBlanks
    }

    private mutating func value() throws(CairnError) -> String {
        while peek?.isBlank == true { index += 1 }
        guard let quote = peek, quote == "\"" || quote == "'" else { return unquotedValue() }
        let value = try quotedValue(quote)
        let rest = restOfLine().trimmingBlanks
        guard rest.isEmpty || rest.unicodeScalars.first == "#" else {
            throw error("there is more text after the closing quote")
        }
        return value
    }

    /// Up to the line's end or a `#` after a blank.
    private mutating func unquotedValue() -> String {
        var value = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in restOfLine().unicodeScalars {
            if scalar == "#", previous.isBlank { break }
            value.append(scalar)
            previous = scalar
        }
        return String(value).trimmingBlanks
    }

    /// May go over several lines. Only double quotes know escapes.
    private mutating func quotedValue(_ quote: Unicode.Scalar) throws(CairnError) -> String {
        let start = line
        index += 1
        var value = String.UnicodeScalarView()
        while let scalar = next() {
            if scalar == quote { return String(value) }
            guard scalar == "\\", quote == "\"" else {
                value.append(scalar)
                continue
            }
            guard let escaped = next() else { break }
            switch escaped {
            case "n": value.append("\n")
            case "r": value.append("\r")
            case "t": value.append("\t")
            case "\\", "\"", "'", "!", "$", "`": value.append(escaped)
            default: value.append(contentsOf: [scalar, escaped])
            }
        }
        line = start
        throw error("the quote is not closed")
    }

    private mutating func restOfLine() -> String {
        var rest = String.UnicodeScalarView()
        while let scalar = peek, scalar != "\n" {
            rest.append(scalar)
            index += 1
        }
        return String(rest)
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek else { return nil }
        index += 1
        if scalar == "\n" { line += 1 }
        return scalar
    }

    /// The line itself is not shown: it may hold a secret.
    private func error(_ problem: String) -> CairnError {
        CairnError(
            .invalidFile, "\(file), line \(line): \(problem)",
            hint: "Write one KEY=VALUE per line; quote values with '\"'.")
    }
}
