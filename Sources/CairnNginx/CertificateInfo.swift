public import CairnCore

/// What a certificate says of itself.
public struct CertificateInfo: Sendable, Equatable {
    /// The host names it is for: the subject's common name and the alternative names, without those that are no legal
    /// host name.
    public let names: [Domain]
    /// The subject's parts in order, such as `["C=US", "CN=example.com"]`.
    public let subject: [String]
    /// The issuer's parts in order.
    public let issuer: [String]
    /// When it begins to be valid, in seconds since 1970.
    public let notBefore: Int
    /// When it ceases to be valid, in seconds since 1970.
    public let notAfter: Int

    public init(names: [Domain], subject: [String], issuer: [String], notBefore: Int, notAfter: Int) {
        self.names = names
        self.subject = subject
        self.issuer = issuer
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// Whether it vouches for itself.
    public var isSelfSigned: Bool { subject == issuer }

    /// Whether clients will take it for `domain`.
    public func covers(_ domain: Domain) -> Bool { names.contains { $0.covers(domain) } }
}

extension CertificateInfo {
    /// Reads what `openssl x509 -subject -issuer -dates -ext subjectAltName` prints with `-nameopt sep_multiline` and
    /// `-dateopt iso_8601`; nil when that is not whole.
    init?(parsing text: String) {
        var parts: [String: [String]] = [:]
        var section = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("    ") {
                parts[section, default: []].append(String(line.drop { $0 == " " }).visible)
            } else if let equals = line.firstIndex(of: "=") {
                section = String(line[..<equals])
                let rest = line[line.index(after: equals)...].drop { $0 == " " }
                if !rest.isEmpty { parts[section] = [String(rest).visible] }
            } else {
                section = line.hasPrefix("X509v3 Subject Alternative Name") ? "names" : ""
            }
        }
        guard let begins = parts["notBefore"]?.first.flatMap(Self.seconds),
            let ends = parts["notAfter"]?.first.flatMap(Self.seconds)
        else { return nil }
        let subject = parts["subject"] ?? []
        let alternatives = (parts["names"] ?? []).flatMap { $0.split(separator: ",") }.compactMap { part in
            let words = part.drop { $0 == " " }
            return words.hasPrefix("DNS:") ? String(words.dropFirst(4)) : nil
        }
        let common = subject.filter { $0.hasPrefix("CN=") }.map { String($0.dropFirst(3)) }
        var seen: Set<Domain> = []
        self.init(
            names: (common + alternatives).compactMap { try? Domain(validating: $0) }.filter {
                seen.insert($0).inserted
            },
            subject: subject, issuer: parts["issuer"] ?? [], notBefore: begins, notAfter: ends)
    }

    /// `2026-11-23 18:51:00Z` in seconds since 1970.
    static func seconds(_ text: String) -> Int? {
        let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count == 6, text.hasSuffix("Z"), (1...12).contains(numbers[1]) else { return nil }
        // Days of the proleptic Gregorian calendar, counted in years that begin in March
        // (http://howardhinnant.github.io/date_algorithms.html#days_from_civil).
        let year = numbers[1] > 2 ? numbers[0] : numbers[0] - 1
        let era = year / 400
        let dayOfYear = (153 * ((numbers[1] + 9) % 12) + 2) / 5 + numbers[2] - 1
        let yearOfEra = year - era * 400
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
    }
}
