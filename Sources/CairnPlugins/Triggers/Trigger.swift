/// A named point of Cairn's work at which installed plugins are asked or told something.
///
/// The names and their arguments are those that plugins of this kind know already; `Trigger.table` describes them all. A
/// struct, so that plugins can have trigger points of their own.
public struct Trigger: Sendable, CustomStringConvertible {
    /// What a plugin that fails at this point means for the work.
    public enum Class: String, Sendable {
        /// The work stops with the plugin's message: nothing has been decided yet.
        case mandatory
        /// The failure is reported as a warning: what the trigger tells has happened already.
        case advisory
    }

    /// Who fires it.
    public enum Origin: String, Sendable {
        /// Cairn, when its work gets there.
        case work = "Cairn"
        /// Plugins and scripts, through `plugin:trigger`, and Cairn answers; plugins may answer too.
        case request = "a request"
        /// Plugins, for other plugins.
        case plugins = "plugins"
        /// Nobody: Cairn has no such place. It is listed since published plugins have it.
        case nobody = "not fired"
    }

    /// How long a plugin may take.
    public enum Pace: Sendable {
        /// As long as the host's settings say for the class.
        case usual
        /// Six times as long: it installs packages, or builds.
        case slow
        /// For ever: it runs while somebody looks on.
        case unlimited
    }

    public let name: String
    public let `class`: Class
    /// What it is given, in the notation of a usage line; `[]` is what may be absent.
    public let arguments: String
    /// What the plugin's standard output means; empty where it is shown to people.
    public let answer: String
    /// When it is fired and what for, in one sentence.
    public let summary: String
    public let origin: Origin
    public let pace: Pace

    public init(
        _ name: String, _ class: Class, _ arguments: String = "", answer: String = "", origin: Origin = .work,
        pace: Pace = .usual, _ summary: String = ""
    ) {
        self.name = name
        self.class = `class`
        self.arguments = arguments
        self.answer = answer
        self.summary = summary
        self.origin = origin
        self.pace = pace
    }

    public var description: String { name }
}

extension Trigger: Hashable {
    /// The name alone makes a trigger what it is.
    public static func == (left: Self, right: Self) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
