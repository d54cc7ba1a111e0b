/// What a name under one of the domains is about.
enum NameForm: Hashable {
    /// The domain itself.
    case apex
    /// The domain's name server.
    case nameServer
    /// A service; its name and perhaps a tag are still one list of labels, because both may hold dots.
    case service([String])
    /// RFC 2782: `_name._proto`. A proto other than `tcp` is a tag.
    case underscored(name: String, proto: String)
    case node(String)
    /// An address, in hexadecimal digits.
    case address(String)
    /// Nothing but words in the middle of longer names.
    case middle
    /// A name that Cairn gives to its own apps, if anything.
    case app([String])
    /// A form of Consul's that Cairn has nothing for.
    case nothing

    /// - Parameter labels: Those before the domain, in lower case.
    init(_ labels: [String], datacenter: String) {
        guard let last = labels.last else {
            self = .apex
            return
        }
        if labels == ["ns"] {
            self = .nameServer
            return
        }
        var rest = labels[...]
        if let length = Self.datacenterLength(labels, datacenter) { rest = labels.dropLast(length) }
        guard let keyword = rest.last else {
            self = .middle
            return
        }
        let before = Array(rest.dropLast())
        switch keyword {
        case "service": self = Self.ofService(before)
        case "node": self = before.isEmpty ? .middle : .node(before.joined(separator: "."))
        case "addr":
            self = before.isEmpty ? .middle : before.count == 1 ? .address(before[0]) : .nothing
        case "connect", "query", "ingress", "virtual": self = .nothing
        default:
            if let form = Self.withUnderscores(Array(rest)) {
                self = form
            } else if rest.count == labels.count {
                self = last == "dc" ? .nothing : .app(labels)
            } else {
                self = .nothing
            }
        }
    }

    /// How many labels at the end say which datacenter: `dc1`, or `dc1.dc`. They follow a word such as `service`, or
    /// an underscored name; otherwise an app could not have that name.
    private static func datacenterLength(_ labels: [String], _ datacenter: String) -> Int? {
        let length = labels.last == "dc" ? 2 : 1
        guard labels.suffix(length).first == datacenter else { return nil }
        let rest = labels.dropLast(length)
        guard let word = rest.last else { return length }
        return DNSSettings.keywords.contains(word) || word.hasPrefix("_") ? length : nil
    }

    private static func ofService(_ labels: [String]) -> NameForm {
        if labels.isEmpty { return .middle }
        return withUnderscores(labels) ?? .service(labels)
    }

    /// The name before the proto may hold dots.
    private static func withUnderscores(_ labels: [String]) -> NameForm? {
        guard labels.count >= 2, let first = labels.first, let last = labels.last, first.hasPrefix("_"),
            last.hasPrefix("_")
        else { return nil }
        let name = labels.dropLast().joined(separator: ".").dropFirst()
        return name.isEmpty ? nil : .underscored(name: String(name), proto: String(last.dropFirst()))
    }
}
