/// A value of a parsed file together with the way to it, so that a complaint can name the place:
/// `healthchecks.web[0].attempts`.
struct JSONNode {
    let file: String
    /// Empty for the document itself.
    let path: String
    let value: JSONValue

    /// A complaint that says what should be there, in words that follow "must be".
    func error(_ expectation: String) -> CairnError {
        problem("must be \(expectation), not \(value.text.excerpt(60))")
    }

    func problem(_ text: String, hint: String? = nil) -> CairnError {
        CairnError(.invalidFile, "\(file): \(path.isEmpty ? "the file" : path.excerpt(200)) \(text)", hint: hint)
    }

    /// The members of an object, sorted by key. One that is `null` counts as absent.
    func members() throws(CairnError) -> [(key: String, node: JSONNode)] {
        guard case .object(let members) = value else { throw error("an object") }
        return members.filter { $0.value != .null }.sorted { $0.key < $1.key }.map { ($0.key, child($0.key, $0.value)) }
    }

    /// The member of an object; nil when it is absent or `null`.
    func member(_ key: String) throws(CairnError) -> JSONNode? {
        guard case .object(let members) = value else { throw error("an object") }
        guard let member = members[key], member != .null else { return nil }
        return child(key, member)
    }

    private func child(_ key: String, _ value: JSONValue) -> JSONNode {
        JSONNode(file: file, path: path.isEmpty ? key : "\(path).\(key)", value: value)
    }

    func elements(maximum: Int) throws(CairnError) -> [JSONNode] {
        guard case .array(let elements) = value else { throw error("an array") }
        guard elements.count <= maximum else {
            throw problem("has \(elements.count) entries, more than the \(maximum) allowed")
        }
        return elements.enumerated().map { JSONNode(file: file, path: "\(path)[\($0)]", value: $1) }
    }

    /// Text without NUL, which no argument and no environment can carry.
    func string() throws(CairnError) -> String {
        guard case .string(let string) = value else { throw error("a string in double quotes") }
        guard !string.utf8.contains(0) else { throw problem("contains a NUL character") }
        return string
    }

    func integer(_ range: ClosedRange<Int>) throws(CairnError) -> Int {
        guard case .integer(let integer) = value, range.contains(integer) else {
            throw error("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    func flag() throws(CairnError) -> Bool {
        guard case .bool(let flag) = value else { throw error("true or false") }
        return flag
    }

    /// An array of strings with at least one element, or nil for an empty one.
    func words() throws(CairnError) -> [String]? {
        var words: [String] = []
        for element in try elements(maximum: 1000) { words.append(try element.string()) }
        return words.isEmpty ? nil : words
    }

    /// Runs a check that knows nothing of files and turns its complaint into one about this place.
    func checked<Value>(_ check: () throws(CairnError) -> Value) throws(CairnError) -> Value {
        do { return try check() } catch {
            throw CairnError(
                .invalidFile, "\(file): \(path.excerpt(200)): \(error.message)", hint: error.hint,
                evidence: error.evidence)
        }
    }

    /// What to tell about members that mean nothing here, most often a slip of the pen.
    func notices(known: [String]) throws(CairnError) -> [String] {
        var notices: [String] = []
        for (key, node) in try members() where !known.contains(key) {
            let guess = Nearest.match(for: key, in: known).map { "; did you mean '\($0)'?" } ?? ""
            notices.append("\(file): \(node.path.excerpt(200)) is not known and has no effect\(guess)")
        }
        return notices
    }
}
