import CairnCore
import CairnStore
import Glibc

extension CompatibilityTree {
    /// The version of the platform whose contract is offered; plugins print it, and some compare it.
    static let platformVersion = "0.38.27"

    /// What is there once: the directories, the names of the host, and the shim's place among the plugins.
    func writeHost(_ files: DerivedFiles) throws(CairnError) {
        let (root, library) = (settings.compatibilityRoot, settings.compatibilityLibrary)
        // Workers of nginx read what plugins keep here: passwords of a site, pages. They pass through and list nothing.
        for directory in [root, library, library + "/data"] { try files.makeDirectory(directory, mode: 0o711) }
        for directory in [
            root + "/.dokkurc", library + "/config", library + "/services", library + "/core-plugins",
            settings.plugins, settings.plugins + "/available", settings.plugins + "/enabled",
        ] {
            try files.makeDirectory(directory)
        }
        let domains = try store.globalDomains().map(\.rawValue)
        try files.write(domains.isEmpty ? nil : domains.lines, to: root + "/VHOST")
        try files.write(hostname() + "\n", to: root + "/HOSTNAME")
        try files.write(Self.platformVersion + "\n", to: library + "/STABLE_VERSION")
        try files.link(library + "/plugins", to: "../plugins")
        for name in ["available", "enabled"] { try files.link("\(library)/core-plugins/\(name)", to: shimPlugins) }
        try linkShim(files)
    }

    /// What `writeHost` goes by: the host's domains, the version that is told, and which directories are among the plugins.
    func hostFingerprint(_ rows: Store.Fingerprints) -> String {
        let directories = [shimPlugins, settings.plugins + "/available", settings.plugins + "/enabled"].map { path in
            FileSystem.status(path).map { "\($0.st_ino) \($0.st_mtim.tv_sec).\($0.st_mtim.tv_nsec)" } ?? "-"
        }
        let isWhole = FileSystem.exists(settings.compatibilityRoot + "/.dokkurc")
        return RefreshNote.short("\(Self.platformVersion) \(isWhole) \(directories) \(rows.host)")
    }

    private var shimPlugins: String { settings.shim + "/core" }

    /// Plugins find the platform's own directories beside theirs. An entry that is a plugin's is left alone.
    private func linkShim(_ files: DerivedFiles) throws(CairnError) {
        let names = FileSystem.names(in: shimPlugins)
        for directory in [settings.plugins + "/available", settings.plugins + "/enabled"] {
            for name in FileSystem.names(in: directory) where !names.contains(name) {
                let target = FileSystem.target(of: "\(directory)/\(name)") ?? ""
                if target.contains("/shim/core/") { try FileSystem.remove("\(directory)/\(name)") }
            }
            for name in names {
                let path = "\(directory)/\(name)"
                if FileSystem.exists(path), FileSystem.target(of: path)?.contains("/shim/core/") != true { continue }
                try files.link(path, to: "\(shimPlugins)/\(name)")
            }
        }
    }

    private func hostname() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension [String] {
    /// One on each line.
    var lines: String { map { $0 + "\n" }.joined() }
}
