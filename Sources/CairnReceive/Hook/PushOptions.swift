import CairnCore

/// What the pusher asked for with `git push -o …`; git hands it to hooks in variables (githooks(5)).
public struct PushOptions: Sendable, Equatable {
    /// `wait`: stand in line when somebody else deploys the app.
    public var waits = false
    /// `detach`: accept the push at once and deploy in the background.
    public var detaches = false
    /// `no-cache`: build without the build cache.
    public var skipsCache = false
    /// What else was given; it changes nothing.
    public var unknown: [String] = []

    public init() {}

    /// Reads `GIT_PUSH_OPTION_COUNT` and `GIT_PUSH_OPTION_0` and on.
    public init(environment: [String: String]) {
        let count = environment["GIT_PUSH_OPTION_COUNT"].flatMap(Int.init) ?? 0
        for index in 0..<min(max(count, 0), 100) {
            switch environment["GIT_PUSH_OPTION_\(index)"] ?? "" {
            case "wait": waits = true
            case "detach": detaches = true
            case "no-cache": skipsCache = true
            case let other: unknown.append(other)
            }
        }
    }

    /// One line about all options that Cairn does not know; nil when it knows them all.
    public var warning: String? {
        guard !unknown.isEmpty else { return nil }
        let names = unknown.prefix(5).map { "'\($0.excerpt())'" }.joined(separator: ", ")
        return "Unknown push option \(names): known are wait, detach and no-cache"
    }
}
