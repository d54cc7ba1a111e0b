import CairnCore

enum PsProperties: PropertyNamespace {
    static let name = "ps"
    static let repeatsKeysWithPrefix = true
    static let definitions = [
        PropertyDefinition(
            "restart-policy", standard: "\(RestartPolicy.standard)",
            .checked("no, always, unless-stopped, on-failure or on-failure:N") { "\(try RestartPolicy(parsing: $0))" }),
        PropertyDefinition("procfile-path", standard: "Procfile", .path),
        PropertyDefinition("stop-timeout-seconds", standard: "30", .whole(0...86_400)),
    ]
}

enum LogsProperties: PropertyNamespace {
    static let name = "logs"
    static let repeatsKeysWithPrefix = true
    static let definitions = [
        PropertyDefinition(
            "max-size", standard: "10m",
            PropertyKind(expectation: "a number followed by a unit of measure [k, m, g], or unlimited") { value in
                if value == "unlimited" { return value }
                let digits = value.dropLast()
                guard let unit = value.last, "kmg".contains(unit), (1...9).contains(digits.utf8.count),
                    let number = Int(digits), number > 0
                else { throw PropertyKind.Mismatch() }
                return "\(number)\(unit)"
            })
    ]
}

enum ReleasesProperties: PropertyNamespace {
    static let name = "releases"
    static let definitions = [PropertyDefinition("keep", standard: "10", .whole(1...1_000))]
}
