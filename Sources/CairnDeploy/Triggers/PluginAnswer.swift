public import CairnCore
import CairnPlugins

extension CairnError.Code {
    /// A plugin's answer to a question is not of the form it must have.
    public static let pluginAnswer = Self(rawValue: "E-PLUGIN-ANSWER")
}

/// What plugins answered to a question of Cairn's: text from outside, which is read like a person's.
struct PluginAnswer {
    let text: String
    let trigger: Trigger

    init(_ text: String, to trigger: Trigger) {
        self.text = text
        self.trigger = trigger
    }

    /// The first line with something on it.
    var firstLine: String? { lines.first }

    /// The lines, without blanks around them and without empty ones.
    var lines: [String] {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingBlanks }.filter { !$0.isEmpty }
    }

    /// - Throws: `E-PLUGIN-ANSWER` naming the trigger and the option.
    func options(for phase: DockerPhase) throws(CairnError) -> [DockerOption] {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        do { return try DockerOption.parse(line: line, for: [phase]).filter { $0.phases.contains(phase) } } catch {
            throw refused(error.message, hint: error.hint)
        }
    }

    /// The value that `read` makes of the first line; nil when there is none.
    func value<Value>(_ read: (String) throws(CairnError) -> Value) throws(CairnError) -> Value? {
        guard let line = firstLine else { return nil }
        do { return try read(line) } catch { throw refused(error.message, hint: error.hint) }
    }

    /// - Throws: `E-PLUGIN-ANSWER` for what cannot be the name of an image.
    func imageReference(_ text: String) throws(CairnError) -> String {
        guard text.utf8.count <= 512, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), !text.hasPrefix("-") else {
            throw refused("'\(text.excerpt())' is not the name of an image")
        }
        return text
    }

    /// The error for an answer that cannot be used.
    func refused(_ reason: String, hint: String? = nil) -> CairnError {
        let advice = "It was answered by a plugin with '\(trigger)'; 'cairn plugin:list' shows which are enabled."
        return CairnError(
            .pluginAnswer, "A plugin's answer to '\(trigger)' cannot be used: \(reason)",
            hint: [hint, advice].compactMap { $0 }.joined(separator: "\n"))
    }
}

extension StringProtocol {
    /// Without blanks and tabs at both ends.
    var trimmingBlanks: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" || character == "\r" }
        let front = drop(while: isBlank)
        return String(String(front.reversed().drop(while: isBlank)).reversed())
    }
}
