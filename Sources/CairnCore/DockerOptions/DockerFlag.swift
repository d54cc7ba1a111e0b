/// A flag of docker's command line that Cairn knows: its names, where it is of use, and what its value means.
struct DockerFlag: Sendable {
    /// The long name, `--volume`.
    let name: String
    /// The letter of the short form, `v`.
    let letter: Character?
    let phases: Set<DockerPhase>
    let takesValue: Bool
    /// How the value is written.
    let form: String
    private let read: @Sendable (String, Set<DockerPhase>) -> DockerSetting?

    /// A flag whose meaning depends on what it is for.
    init(
        _ name: String, short letter: Character? = nil, _ form: String, _ phases: Set<DockerPhase> = [.deploy, .run],
        for read: @escaping @Sendable (String, Set<DockerPhase>) -> DockerSetting?
    ) {
        (self.name, self.letter, self.form, self.phases) = ("--" + name, letter, form, phases)
        takesValue = true
        self.read = read
    }

    /// A flag with a value.
    init(
        _ name: String, short letter: Character? = nil, _ form: String, _ phases: Set<DockerPhase> = [.deploy, .run],
        _ read: @escaping @Sendable (String) -> DockerSetting?
    ) {
        self.init(name, short: letter, form, phases, for: { value, _ in read(value) })
    }

    /// A flag that stands alone, or has `=true` or `=false`.
    init(
        switch name: String, _ phases: Set<DockerPhase> = [.deploy, .run],
        _ read: @escaping @Sendable (Bool) -> DockerSetting?
    ) {
        (self.name, letter, form, self.phases) = ("--" + name, nil, "", phases)
        takesValue = false
        self.read = { value, _ in
            switch value {
            case "true", "1": read(true)
            case "false", "0": read(false)
            default: nil
            }
        }
    }

    var hint: String { takesValue ? "Write it as: \(name)=\(form)" : "It takes no value." }

    func parse(_ value: String, _ phases: Set<DockerPhase>) throws(CairnError) -> DockerSetting {
        guard let setting = read(value, phases) else {
            throw CairnError(.invalidValue, "'\(value.excerpt())' is not a value of the option \(name)", hint: hint)
        }
        return setting
    }

    /// An option of a build alone is refused for containers.
    func check(_ phases: Set<DockerPhase>) throws(CairnError) {
        guard self.phases == [.build], let other = phases.subtracting([.build]).min() else { return }
        throw CairnError(
            .invalidValue, "\(name) is an option of a build, and of no use to the phase \(other.rawValue)",
            hint: "Add it to the phase build.")
    }

    // MARK: Finding one

    static func named(_ name: String) -> DockerFlag? { byName[name] }

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// The flag as it is written, and the value that is attached to it: `--memory=1g`, `-eKEY=value`.
    static func split(_ word: String) throws(CairnError) -> (written: String, value: String?) {
        guard word.hasPrefix("-"), word.utf8.count > 1, word != "--" else {
            throw CairnError(
                .invalidValue, "'\(word.excerpt())' is not an option",
                hint: "Options begin with '-'; quote their values.")
        }
        if word.hasPrefix("--") {
            guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (word, nil) }
            return (String(word[..<equals]), String(word[word.utf8.index(after: equals)...]))
        }
        let letters = word.unicodeScalars
        let written = String(String.UnicodeScalarView(letters.prefix(2)))
        let value = String(String.UnicodeScalarView(letters.dropFirst(2)))
        return (written, value.isEmpty ? nil : value.hasPrefix("=") ? String(value.dropFirst()) : value)
    }

    /// - Throws: `E-INVALID-VALUE`, with the reason where Cairn has one to refuse it.
    static func find(_ written: String) throws(CairnError) -> DockerFlag {
        let found =
            written.hasPrefix("--")
            ? byName[written] : all.first { flag in flag.letter.map { "-\($0)" == written } ?? false }
        if let found { return found }
        if let reason = refused[written] {
            throw CairnError(.invalidValue, "The option \(written) cannot be used: \(reason)")
        }
        let near = Nearest.match(for: written, in: byName.keys.sorted())
        throw CairnError(
            .invalidValue, "'\(written.excerpt())' is not an option of docker that Cairn knows",
            hint: near.map { "Is \($0) meant?" } ?? "docs/configuration.md lists them.")
    }

    private static let refused: [String: String] = [
        "--env-file": "docker's client reads such a file, and Cairn is none; use config:import",
        "--name": "containers are named after their app and process", "--rm": "Cairn removes containers itself",
        "-d": "every container runs in the background", "--detach": "every container runs in the background",
        "-i": "only run has a terminal", "-t": "only run has a terminal", "-it": "only run has a terminal",
        "--interactive": "only run has a terminal", "--tty": "only run has a terminal",
        "--ip": "the addresses of an app are given by Cairn", "--mac-address": "it would be that of every copy",
        "-P": "name the ports with --publish", "--publish-all": "name the ports with --publish",
        "--secret": "docker's client serves it, and no client stays connected here",
        "--ssh": "docker's client serves it, and no client stays connected here",
        "--output": "the image is what is deployed", "--tag": "Cairn names its images",
        "--file": "set the Dockerfile's "
            + "path with builder-dockerfile:set",
    ]
}
