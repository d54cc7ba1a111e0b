import ArgumentParser

/// The version of this build.
enum CairnVersion {
    static let text = "0.1.0"
}

struct VersionCommand: HostlessCommand {
    static let configuration = CommandConfiguration.cairn("version", "Print the version.")

    func run(output: Output) { output.line("cairn version \(CairnVersion.text)") }
}
