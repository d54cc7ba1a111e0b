/// What the engine does when a container's process ends: Docker's four restart policies.
public enum RestartPolicy: Hashable, Sendable, CustomStringConvertible {
    case no, always, unlessStopped
    case onFailure(maximumRetries: Int?)

    /// What apps get unless they ask otherwise.
    public static let standard = RestartPolicy.onFailure(maximumRetries: 10)

    /// - Throws: `E-INVALID-VALUE` unless the text is `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:N`.
    public init(parsing text: String) throws(CairnError) {
        switch text {
        case "no": self = .no
        case "always": self = .always
        case "unless-stopped": self = .unlessStopped
        case "on-failure": self = .onFailure(maximumRetries: nil)
        default:
            let prefix = "on-failure:"
            let digits = text.utf8.dropFirst(prefix.utf8.count)
            guard text.utf8.starts(with: prefix.utf8), digits.allSatisfy(\.isASCIIDigit),
                let retries = Int(Substring(digits))
            else {
                throw CairnError(
                    .invalidValue, "Invalid restart-policy specified: \(text.excerpt())",
                    hint: "Use no, always, unless-stopped, on-failure or on-failure:N.")
            }
            self = .onFailure(maximumRetries: retries)
        }
    }

    public var description: String {
        switch self {
        case .no: "no"
        case .always: "always"
        case .unlessStopped: "unless-stopped"
        case .onFailure(nil): "on-failure"
        case .onFailure(let retries?): "on-failure:\(retries)"
        }
    }
}
