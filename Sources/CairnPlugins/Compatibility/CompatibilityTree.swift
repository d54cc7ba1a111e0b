public import CairnCore
public import CairnStore
import Glibc

/// The directories in which published plugins look for what Cairn keeps in its database: `<root>/dokku` with a directory
/// for each app, and `<root>/dokku-lib` with the plugins and their data.
///
/// Everything that Cairn writes there is derived from rows and can be thrown away. What plugins write there stays: their
/// own files, and what Cairn reads back from them, `nginx.conf.d`, `nginx.conf` and `tls`.
public struct CompatibilityTree: Sendable {
    let settings: HostSettings
    let store: Store

    public init(settings: HostSettings, store: Store) {
        self.settings = settings
        self.store = store
    }

    /// Brings the files in line with the rows. Costs the reading of one file when no row has changed since the last time, and
    /// one query when none has that the files are made from.
    ///
    /// To be called before a program of a plugin starts, and after a command that such a program has called.
    ///
    /// - Parameters:
    ///   - keeping: Names of apps whose directory stays although the app is gone: those of a trigger that tells so.
    ///   - removes: Whether directories of apps that are gone are removed at all; not while a plugin may be reading them.
    /// - Throws: `E-IO`, `E-DISK-FULL`, and what the store throws.
    public func refresh(keeping: [String] = [], removes: Bool = true) throws(CairnError) {
        let files = DerivedFiles(owner: FileSystem.status(settings.root))
        try files.makeDirectory(settings.compatibilityRoot, mode: 0o711)
        let lock = open(settings.compatibilityRoot + "/.refresh.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        // Closing gives the lock back.
        defer { close(lock) }
        guard lock >= 0, files.give(lock), flock(lock, LOCK_EX) == 0 else {
            throw FileSystem.failure("locked", settings.compatibilityRoot)
        }
        // Read before the rows, so that a change in between is seen the next time.
        let stamp = stamp()
        let old = RefreshNote(of: settings)
        if let stamp, old.stamp == stamp { return }
        let rows = try store.fingerprints()
        if old.host != hostFingerprint(rows) { try writeHost(files) }
        let apps = rows.apps.mapValues(RefreshNote.short)
        try writeApps(apps.filter { old.apps[$0.key] != $0.value || !isThere($0.key) }.keys.sorted(), files)
        let leftovers = leftovers(besides: Set(apps.keys))
        let removed = removes ? leftovers.filter { !keeping.contains($0) } : []
        for name in removed { try removeTraces(of: name) }
        // Written after the links among the plugins, which change their directories.
        let note = RefreshNote(
            stamp: removed == leftovers ? stamp : nil, host: hostFingerprint(rows), apps: apps)
        if note != old { try note.write(settings, files) }
    }

    private func isThere(_ app: String) -> Bool { FileSystem.isDirectory(root(app), followsLinks: false) }

    private func writeApps(_ names: [String], _ files: DerivedFiles) throws(CairnError) {
        for name in names {
            // One that has gone meanwhile is a leftover the next time.
            if let app = try store.findApp(AppName(validating: name)) { try write(app, files) }
        }
    }

    /// What is the same only as long as no row has changed: when the database and its log were written to.
    ///
    /// Neither the database nor its index may be opened for this: closing any descriptor of a file gives up all the locks
    /// that SQLite holds on it in this process (https://www.sqlite.org/howtocorrupt.html, 2.2).
    ///
    /// - Returns: nil when the log was written so lately that the next write may bear the same time.
    private func stamp() -> String? {
        guard let file = FileSystem.status(settings.database), let log = FileSystem.status(settings.database + "-wal")
        else { return nil }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let age = (now.tv_sec - log.st_mtim.tv_sec) * 1_000 + (now.tv_nsec - log.st_mtim.tv_nsec) / 1_000_000
        guard age > 100 else { return nil }
        let change = [file, log].map { "\($0.st_ino) \($0.st_size) \($0.st_mtim.tv_sec).\($0.st_mtim.tv_nsec)" }
        return change.joined(separator: " ")
    }

    /// Removes the directory of an app that is gone, or of one that is just being made: nothing that plugins kept about an
    /// app passes to the next of its name.
    ///
    /// - Throws: `E-IO`.
    public func forget(_ app: AppName) throws(CairnError) {
        guard FileSystem.exists(root(app.rawValue)) else { return }
        try removeTraces(of: app.rawValue)
        // The rows have not changed, but what was made from them has.
        var note = RefreshNote(of: settings)
        note.stamp = nil
        note.apps[app.rawValue] = nil
        try note.write(settings, DerivedFiles(owner: FileSystem.status(settings.root)))
    }

    /// Apps that are gone, and whose directories are still there.
    private func leftovers(besides names: Set<String>) -> [String] {
        FileSystem.names(in: settings.compatibilityRoot).filter { name in
            !names.contains(name) && (try? AppName(validating: name)) != nil
                && FileSystem.isDirectory(root(name), followsLinks: false)
        }
    }

    /// Removes what is known of an app, and with it what plugins kept in its directory.
    private func removeTraces(of name: String) throws(CairnError) {
        try FileSystem.remove(root(name))
        for kind in ["config/common", "data/ps", "data/app-json", "data/git"] {
            try FileSystem.remove("\(settings.compatibilityLibrary)/\(kind)/\(name)")
        }
    }

    func root(_ app: String) -> String { "\(settings.compatibilityRoot)/\(app)" }
}

extension HostSettings {
    /// What plugins know as `DOKKU_ROOT`: a directory for each app.
    public var compatibilityRoot: String { root + "/dokku" }
    /// What plugins know as `DOKKU_LIB_ROOT`: the plugins, their settings and their data.
    public var compatibilityLibrary: String { root + "/dokku-lib" }
    /// What comes with Cairn to stand for the platform that the plugins were written for.
    public var shim: String { share + "/shim" }
}
