import CairnCore
import CairnFiles
import Glibc
import SystemPackage

/// The host's own nginx configuration, as far as Cairn must know it: what includes `cairn.conf`, and what else is said.
struct HostConfiguration {
    /// The main file with the include of `cairn.conf` replaced; it can stand in any directory whose entries are those of
    /// the main file's.
    private(set) var staged: [FilePath: String] = [:]
    /// Directives at http level outside of Cairn's part.
    private(set) var httpDirectives: Set<String> = []
    /// What `load_module` loads.
    private(set) var modules: [String] = []
    private(set) var pidFile: String?
    private(set) var errorLog: String?
    /// Whether `cairn.conf` is included, at http level.
    private(set) var includesCairn = false

    private let main: FilePath
    private let entry: FilePath
    private let resolvedEntry: FilePath?
    private let replacement: FilePath
    private let stage: FilePath

    /// Reads the main file and what it includes.
    ///
    /// The staged text includes `replacement` in the place of `entry`; the staged texts are for the directory `stage`.
    init(main: FilePath, entry: FilePath, replacement: FilePath, stage: FilePath) throws {
        self.main = main
        self.entry = entry
        self.replacement = replacement
        self.stage = stage
        resolvedEntry = Files.resolved(entry)
        _ = try scan(main, stagedAs: stage.appending("nginx.conf"), context: [], depth: 0)
    }

    /// The text of `file` as it is to be staged; nil when `cairn.conf` is not reached from it.
    private mutating func scan(
        _ file: FilePath, stagedAs target: FilePath, context: [String], depth: Int
    ) throws -> Bool {
        // Deeper than any real configuration: a file that includes itself.
        guard depth < 16 else { return false }
        let bytes = Array(try Files.read(file).utf8)
        var result: [UInt8] = []
        var copied = 0
        var reaches = false
        for directive in ConfigurationLexer.directives(in: bytes) {
            let place = context + directive.context
            note(directive, place)
            guard directive.name == "include", let pattern = directive.arguments.first else { continue }
            let files = included(pattern)
            guard let lines = try stage(files, place, depth) else { continue }
            result += bytes[copied..<directive.range.lowerBound]
            result += Array(lines.utf8)
            copied = directive.range.upperBound
            reaches = true
        }
        if reaches || depth == 0 {
            staged[target] = String(decoding: result + bytes[copied...], as: UTF8.self)
        }
        return reaches
    }

    /// The include lines that stand for `files`; nil when `cairn.conf` is not reached from any of them.
    private mutating func stage(_ files: [FilePath], _ context: [String], _ depth: Int) throws -> String? {
        var lines: [String] = []
        var reaches = false
        for file in files {
            if isEntry(file) {
                guard context == ["http"] else { throw Self.misplaced(entry) }
                includesCairn = true
                reaches = true
                lines.append("include \(replacement);")
                continue
            }
            let target = stage.appending("included-\(staged.count)-\(depth).conf")
            // A file that cannot be read by this user is nginx's business alone.
            let isReached = (try? scan(file, stagedAs: target, context: context, depth: depth + 1)) ?? false
            reaches = reaches || isReached
            lines.append("include \(isReached ? target.string : quoted(file.string));")
        }
        return reaches ? lines.joined(separator: "\n") : nil
    }

    private func isEntry(_ file: FilePath) -> Bool {
        if file == entry || Files.linkTarget(file) == entry.string { return true }
        return resolvedEntry != nil && Files.resolved(file) == resolvedEntry
    }

    private func quoted(_ path: String) -> String {
        "\"" + path.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }

    private mutating func note(_ directive: ConfigurationLexer.Directive, _ context: [String]) {
        switch directive.name {
        case "load_module": modules += directive.arguments.prefix(1)
        case "pid" where context.isEmpty: pidFile = directive.arguments.first
        case "error_log" where context.isEmpty: errorLog = directive.arguments.first
        case _ where context == ["http"]: httpDirectives.insert(directive.name)
        default: break
        }
    }

    /// The files an include names, in nginx's order; relative names belong to the main file's directory.
    private func included(_ pattern: String) -> [FilePath] {
        let path = pattern.hasPrefix("/") ? pattern : main.removingLastComponent().appending(pattern).string
        guard path.utf8.contains(where: { [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains($0) })
        else {
            return [FilePath(path)]
        }
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(path, 0, nil, &found) == 0, let names = found.gl_pathv else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { names[$0].map { FilePath(String(cString: $0)) } }
    }

    private static func misplaced(_ entry: FilePath) -> CairnError {
        CairnError(
            .nginxRefused, "\(entry) is included inside a block other than http",
            hint: "Include it in /etc/nginx/conf.d/cairn.conf, which belongs to the http block.")
    }
}
