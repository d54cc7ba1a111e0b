import CairnCore

/// What a filter may look at: the form of the objects in a list.
indirect enum Schema: Sendable {
    case text
    case number
    case flag
    case texts
    /// Texts by any name.
    case map
    /// Objects of the same form by any name.
    case table(Schema)
    case members([String: Schema])
    case list(Schema)

    func check(_ term: Filter.Term) throws(FilterError) {
        guard let found = find(term.path[...]) else {
            throw FilterError("Selector \"\(term.selector.excerpt())\" is not valid")
        }
        switch (term.test, found) {
        case (.equals, .text): break
        case (.equals(let value), .number):
            if Int(value) == nil { throw mismatch(value, term) }
        case (.equals(let value), .flag):
            if value != "true" && value != "false" { throw mismatch(value, term) }
        case (.contains, .text), (.contains, .texts), (.contains, .map), (.contains, .table): break
        case (.isEmpty, .text), (.isEmpty, .texts), (.isEmpty, .map), (.isEmpty, .table), (.isEmpty, .list): break
        case (.matches, .text), (.matches, .texts): break
        default: throw FilterError("Invalid match operator for selector \"\(term.selector.excerpt())\"")
        }
    }

    private func find(_ path: ArraySlice<String>) -> Schema? {
        guard let name = path.first else { return self }
        switch self {
        case .members(let members): return members[name]?.find(path.dropFirst())
        case .table(let schema): return schema.find(path.dropFirst())
        case .map: return path.count == 1 ? .text : nil
        case .list(let schema): return schema.find(path)
        case .text, .number, .flag, .texts: return nil
        }
    }

    private func mismatch(_ value: String, _ term: Filter.Term) -> FilterError {
        FilterError("Failed to coerce value \"\(value.excerpt())\" for selector \"\(term.selector.excerpt())\"")
    }
}

extension Schema {
    private static let addresses = table(.members(["Address": .text, "Port": .number]))
    private static let weights = members(["Passing": .number, "Warning": .number])

    static let agentService = members([
        "ID": .text, "Service": .text, "Tags": .texts, "Meta": .map, "Port": .number, "Address": .text,
        "TaggedAddresses": addresses, "Weights": weights, "EnableTagOverride": .flag, "CreateIndex": .number,
        "ModifyIndex": .number,
    ])

    static let check = members([
        "Node": .text, "CheckID": .text, "Name": .text, "Status": .text, "Notes": .text, "Output": .text,
        "ServiceID": .text, "ServiceName": .text, "ServiceTags": .texts, "Type": .text, "CreateIndex": .number,
        "ModifyIndex": .number,
    ])

    static let node = members([
        "ID": .text, "Node": .text, "Address": .text, "Datacenter": .text, "TaggedAddresses": .map, "Meta": .map,
        "CreateIndex": .number, "ModifyIndex": .number,
    ])

    static let healthEntry = members(["Node": node, "Service": agentService, "Checks": .list(check)])

    static let catalogService = members([
        "ID": .text, "Node": .text, "Address": .text, "Datacenter": .text, "TaggedAddresses": .map, "NodeMeta": .map,
        "ServiceKind": .text, "ServiceID": .text, "ServiceName": .text, "ServiceTags": .texts, "ServiceAddress": .text,
        "ServiceTaggedAddresses": addresses, "ServiceWeights": weights, "ServiceMeta": .map, "ServicePort": .number,
        "ServiceEnableTagOverride": .flag, "CreateIndex": .number, "ModifyIndex": .number,
    ])
}
