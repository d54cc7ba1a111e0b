import CairnCatalog
import CairnCore
import CairnDiscovery
import CairnStore

/// The name of a service as a person gives it. Programs may use others over HTTP, as Consul lets them; these are found by
/// DNS.
struct ServiceName {
    let rawValue: String

    /// - Throws: `E-INVALID-NAME` unless it is a label of DNS, underscores allowed.
    init(validating text: String) throws(CairnError) {
        let isValid =
            (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        guard isValid else {
            throw CairnError(
                .invalidName, "'\(text.excerpt())' is not a valid service name",
                hint: "Use up to 63 letters, digits, '-' and '_', so that DNS can find it.")
        }
        rawValue = text
    }

    /// - Throws: `E-NAME-TAKEN` for a name that belongs to an app.
    func refuseReserved(in store: Store) throws {
        guard AppServiceName.isReserved(rawValue, apps: Set(try store.appNames())) else { return }
        throw CairnError(
            .nameTaken, "'\(rawValue)' belongs to the app of that name",
            hint: "Only the app's own copies are found under it. Choose another name.")
    }
}

/// Words of a service that a person gives.
enum ServiceText {
    /// - Throws: `E-INVALID-VALUE` for what is empty, too long, or holds control characters.
    static func checked(_ text: String, _ what: String) throws(CairnError) -> String {
        guard !text.isEmpty, text.utf8.count <= 255, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            throw CairnError(
                .invalidValue, "\(what) '\(text.excerpt())' cannot be used",
                hint: "Use 1 to 255 characters on one line.")
        }
        return text
    }

    static func address(_ text: String) throws(CairnError) -> String {
        let text = try checked(text, "The address")
        guard text != "0.0.0.0", text != "::",
            !text.utf8.contains(where: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "/") })
        else {
            throw CairnError(
                .invalidValue, "'\(text.excerpt())' is no address that can be connected to",
                hint: "Give an IP address or a host's name.")
        }
        return text
    }

    static func pairs(_ words: [String]) throws(CairnError) -> [String: String] {
        var pairs: [String: String] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
                throw CairnError(
                    .invalidValue, "'\(word.excerpt())' is no KEY=VALUE", hint: "Write it as --meta region=eu.")
            }
            pairs[String(word[..<equals])] = try checked(String(word[word.index(after: equals)...]), "The value")
        }
        return pairs
    }
}

/// A check in a word: `tcp`, `http:/path`, `https:/path`, `ttl:30s`.
struct CheckText {
    let check: Check

    /// - Throws: `E-INVALID-VALUE`.
    init(parsing text: String, at service: Service, interval: String? = nil) throws(CairnError) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let rest = parts.count > 1 ? parts[1] : ""
        let host = service.address.utf8.contains(UInt8(ascii: ":")) ? "[\(service.address)]" : service.address
        let probe: Check.Probe
        switch parts.first {
        case "tcp": probe = .tcp(host: service.address, port: service.port)
        case "http", "https":
            guard rest.hasPrefix("/") else { throw Self.failure(text) }
            probe = .http(Check.HTTPProbe(url: "\(parts[0])://\(host):\(service.port)\(rest)"))
        case "ttl":
            probe = .ttl(try Self.duration(rest, text))
        default: throw Self.failure(text)
        }
        var definition = Check.Definition(probe: probe)
        if let interval { definition.interval = try Self.duration(interval, interval) }
        check = Check(
            node: service.node, id: "service:\(service.id)", serviceID: service.id,
            name: "Service '\(service.name)' check", definition: definition)
    }

    private static func duration(_ text: String, _ whole: String) throws(CairnError) -> Duration {
        let units: [(String, Duration)] = [("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60))]
        for (suffix, unit) in units where text.hasSuffix(suffix) {
            if let number = Int(text.dropLast(suffix.count)), (1...86_400_000).contains(number) { return unit * number }
        }
        throw failure(whole)
    }

    private static func failure(_ text: String) -> CairnError {
        CairnError(
            .invalidValue, "'\(text.excerpt())' is no check or no time",
            hint: "Checks are tcp, http:/path, https:/path and ttl:30s; times are 500ms, 10s, 2m.")
    }
}
