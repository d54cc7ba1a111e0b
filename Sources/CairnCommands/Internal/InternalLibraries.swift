import ArgumentParser
import LibGit

/// For the installer, which sees by `ldd` only what is loaded at each start.
struct InternalLibraries: HostlessCommand {
    static let configuration = CommandConfiguration.cairn(
        "internal:libraries", "Print the libraries that are loaded when they are first used.", isHidden: true)

    func run(output: Output) { output.line(Libgit2.fileName) }
}
