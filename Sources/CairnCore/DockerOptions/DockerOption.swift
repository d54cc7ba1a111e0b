/// One option of docker as a person or a plugin gives it: checked, and with its meaning known.
///
/// Two options are equal when they mean the same, however they were written.
public struct DockerOption: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The long name, `--volume`.
    public let name: String
    public let setting: DockerSetting
    /// As it was written, in a form that `parse(line:)` reads back.
    public let description: String

    public static func == (left: Self, right: Self) -> Bool {
        left.name == right.name && left.setting == right.setting
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(setting)
    }
    public static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    /// What it can be used for. One that is of no use to a build is passed over there, as docker's clients do; but an
    /// option of a build alone is a mistake anywhere else.
    public var phases: Set<DockerPhase> { DockerFlag.named(name)?.phases ?? [] }

    /// Reads a line by the quoting rules of the shell; nothing is expanded.
    ///
    /// - Throws: `E-INVALID-VALUE` for the first option that is not known or not well formed.
    public static func parse(line: String, for phases: Set<DockerPhase>) throws(CairnError) -> [DockerOption] {
        let words: [String]
        do { words = try ShellWords.split(line) } catch {
            throw CairnError(.invalidValue, "'\(line.excerpt())' ends inside a quote or after a backslash")
        }
        return try parse(words: words, for: phases)
    }

    /// Reads words that each may hold several options, as a command gets them: one that begins with `-` and holds blanks
    /// is split like a line.
    ///
    /// - Throws: `E-INVALID-VALUE`.
    public static func parse(arguments: [String], for phases: Set<DockerPhase>) throws(CairnError) -> [DockerOption] {
        var words: [String] = []
        for argument in arguments {
            let isLine = argument.hasPrefix("-") && argument.utf8.contains { $0 == UInt8(ascii: " ") }
            do { words += isLine ? try ShellWords.split(argument) : [argument] } catch {
                throw CairnError(.invalidValue, "'\(argument.excerpt())' ends inside a quote or after a backslash")
            }
        }
        return try parse(words: words, for: phases)
    }

    /// Reads the words of a command line.
    ///
    /// - Throws: `E-INVALID-VALUE`.
    public static func parse(words: [String], for phases: Set<DockerPhase>) throws(CairnError) -> [DockerOption] {
        var rest = words[...]
        var options: [DockerOption] = []
        while let word = rest.popFirst() {
            let (written, value) = try DockerFlag.split(word)
            let flag = try DockerFlag.find(written)
            try flag.check(phases)
            options.append(try flag.option(written, value, isAttached: value != nil, &rest, phases))
        }
        return options
    }
}

extension DockerFlag {
    /// Takes the flag's value, which may be the next word, and checks it.
    fileprivate func option(
        _ written: String, _ attached: String?, isAttached: Bool, _ rest: inout ArraySlice<String>,
        _ phases: Set<DockerPhase>
    ) throws(CairnError) -> DockerOption {
        guard takesValue else {
            let setting = try parse(attached ?? "true", phases)
            return DockerOption(
                name: name, setting: setting, description: attached.map { "\(written)=\($0)" } ?? written)
        }
        guard let value = attached ?? rest.popFirst() else {
            throw CairnError(.invalidValue, "The option \(written) needs a value", hint: hint)
        }
        guard value.utf8.count <= 8_192, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw CairnError(
                .invalidValue, "The value of \(written) holds a control character, or is longer than 8192 bytes",
                hint: hint)
        }
        let setting = try parse(value, phases)
        let separator = isAttached && written.hasPrefix("--") ? "=" : " "
        return DockerOption(
            name: name, setting: setting, description: written + separator + ShellWords.quote(value))
    }
}
