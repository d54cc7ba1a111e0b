public import CairnCore
import GRDB
import Glibc

/// The one truth: a single SQLite file (WAL) that holds every decision. All else is derived from it.
///
/// Each method is one transaction. Methods throw `CairnError`: `E-APP-NOT-FOUND` and `E-NAME-TAKEN` where they say so,
/// `E-DISK-FULL` when the file system is full, `E-STORE` when the file cannot be read or written.
public final class Store: Sendable {
    /// The host-wide scope of settings and config variables, written as the command line does.
    public static let globalScope = "--global"

    let database: DatabaseQueue

    /// Opens the file at `path`, making it (readable by its owner only) when it is not there, and brings its schema up to
    /// date.
    ///
    /// - Throws: `E-STORE` when the file is damaged, or was written by a newer Cairn; it is left as it is then.
    public init(path: String) throws(CairnError) {
        var configuration = Configuration()
        configuration.busyMode = .timeout(15)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            // The commit of a deploy must survive a power cut.
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        do {
            // The file remembers its journal mode, so only a new one has to be told.
            if try Self.makeFile(path) { configuration.journalMode = .wal }
            database = try DatabaseQueue(path: path, configuration: configuration)
            try Schema.migrate(database)
        } catch {
            throw Self.explain(error, path: path)
        }
    }

    /// Makes an empty file that only its owner may read, which SQLite's own files beside it take after. Returns false when
    /// there is one with something in it.
    private static func makeFile(_ path: String) throws -> Bool {
        var status = stat()
        if stat(path, &status) == 0 && status.st_size > 0 { return false }
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CairnError(
                errno == ENOSPC ? .diskFull : .store,
                "The database \(path) cannot be made: \(String(cString: strerror(errno)))",
                hint: "Check the owner and the free space of the state root.")
        }
        close(descriptor)
        return true
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(CairnError) -> Value {
        do { return try database.read(body) } catch { throw Self.explain(error, path: database.path) }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws(CairnError) -> Value {
        do { return try database.write(body) } catch { throw Self.explain(error, path: database.path) }
    }

    private static func explain(_ error: any Error, path: String) -> CairnError {
        switch error {
        case let error as CairnError: error
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL || isFull(error, path):
            CairnError(.diskFull, "The disk is full: \(path) cannot grow", hint: "Free some space, then try again.")
        case let error as DatabaseError where error.resultCode == .SQLITE_BUSY:
            CairnError(
                .store, "The database \(path) is busy: another command has been writing for 15 seconds",
                hint: "Try again; 'cairn events' tells what has been running.")
        case let error as DatabaseError:
            CairnError(
                .store, "The database \(path) cannot be used: \(error.message ?? "SQLite error \(error.resultCode)")",
                hint: "Check the file's owner and permissions. Nothing was changed.")
        default:
            CairnError(.store, "The database \(path) cannot be used: \(error)")
        }
    }

    /// The file that connections share (`-shm`) needs room too, and SQLite calls its absence an I/O error.
    private static func isFull(_ error: DatabaseError, _ path: String) -> Bool {
        var info = statvfs()
        guard [.SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode), statvfs(path, &info) == 0 else {
            return false
        }
        return Int(info.f_bavail) * Int(info.f_frsize) < 1 << 20
    }
}
