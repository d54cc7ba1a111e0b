import CairnCore

/// The members of an object that a client sent. As with Go, the case of a member's letters does not matter; as with
/// Consul, nor do underscores (`enable_tag_override`).
struct Fields {
    let members: [String: (name: String, value: JSONValue)]

    /// - Throws: 400 for what is no JSON object.
    init(parsing bytes: [UInt8]) throws(HTTPRefusal) {
        switch try Self.value(bytes) {
        case .object(let members): self.init(members)
        case let other:
            throw .bad("Request decode failed: json: cannot unmarshal \(other.kind) into Go value of type object")
        }
    }

    static func value(_ bytes: [UInt8]) throws(HTTPRefusal) -> JSONValue {
        do { return try JSONValue(parsing: bytes, file: "body") } catch {
            throw .bad("Request decode failed: \(error.message)")
        }
    }

    init(_ members: [String: JSONValue]) {
        self.members = Dictionary(members.map { (Self.normal($0.key), (name: $0.key, value: $0.value)) }) { first, _ in
            first
        }
    }

    private static func normal(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }

    /// - Throws: 400 when there is a member that none of the names means.
    func refuseOthers(than names: [String]) throws(HTTPRefusal) {
        let known = Set(names.map(Self.normal))
        if let unknown = members.filter({ !known.contains($0.key) }).map(\.value.name).min() {
            throw .bad("Request decode failed: json: unknown field \"\(unknown.excerpt())\"")
        }
    }

    /// A member that is not there, or is `null`, is nil.
    subscript(name: String) -> JSONValue? {
        guard let value = members[Self.normal(name)]?.value, value != .null else { return nil }
        return value
    }

    func string(_ name: String) throws(HTTPRefusal) -> String? {
        guard let value = self[name] else { return nil }
        guard case .string(let text) = value else { throw Self.mismatch(value, name, "string") }
        return text
    }

    func integer(_ name: String) throws(HTTPRefusal) -> Int? {
        guard let value = self[name] else { return nil }
        guard case .integer(let number) = value else { throw Self.mismatch(value, name, "int") }
        return number
    }

    func flag(_ name: String) throws(HTTPRefusal) -> Bool? {
        guard let value = self[name] else { return nil }
        guard case .bool(let flag) = value else { throw Self.mismatch(value, name, "bool") }
        return flag
    }

    func strings(_ name: String) throws(HTTPRefusal) -> [String]? {
        guard let value = self[name] else { return nil }
        guard case .array(let elements) = value else { throw Self.mismatch(value, name, "[]string") }
        var strings: [String] = []
        for element in elements {
            guard case .string(let text) = element else { throw Self.mismatch(element, name, "string") }
            strings.append(text)
        }
        return strings
    }

    func map(_ name: String) throws(HTTPRefusal) -> [String: String]? {
        guard let value = self[name] else { return nil }
        guard case .object(let members) = value else { throw Self.mismatch(value, name, "map[string]string") }
        var map: [String: String] = [:]
        for (key, member) in members {
            guard case .string(let text) = member else { throw Self.mismatch(member, name, "string") }
            map[key] = text
        }
        return map
    }

    func object(_ name: String) throws(HTTPRefusal) -> Fields? {
        guard let value = self[name] else { return nil }
        guard case .object(let members) = value else { throw Self.mismatch(value, name, "object") }
        return Fields(members)
    }

    func objects(_ name: String) throws(HTTPRefusal) -> [Fields]? {
        guard let value = self[name] else { return nil }
        guard case .array(let elements) = value else { throw Self.mismatch(value, name, "[]object") }
        var objects: [Fields] = []
        for element in elements {
            guard case .object(let members) = element else { throw Self.mismatch(element, name, "object") }
            objects.append(Fields(members))
        }
        return objects
    }

    /// `"10s"`, or whole nanoseconds.
    func duration(_ name: String) throws(HTTPRefusal) -> Duration? {
        switch self[name] {
        case nil: return nil
        case .string(""): return nil
        case .integer(let nanoseconds): return .nanoseconds(nanoseconds)
        case .string(let text):
            guard let duration = Duration(go: text) else {
                throw .bad("Request decode failed: time: invalid duration \"\(text.excerpt())\"")
            }
            return duration
        case let other?: throw Self.mismatch(other, name, "time.Duration")
        }
    }

    private static func mismatch(_ value: JSONValue, _ name: String, _ type: String) -> HTTPRefusal {
        .bad(
            "Request decode failed: json: cannot unmarshal \(value.kind) into Go struct field .\(name) of type \(type)")
    }
}

extension JSONValue {
    /// Go's word for the kind of value.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .integer, .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
