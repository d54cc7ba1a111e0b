import CairnFiles
import Foundation
import SystemPackage

/// Where git keeps the objects of a push until it is accepted (git-receive-pack(1), "QUARANTINE ENVIRONMENT").
enum Quarantine {
    /// Removes the objects of a push that is going to be refused, with the client gone. git itself leaves them for a later
    /// `git gc` when it dies by a signal, as it then does (tmp-objdir.c), and a push can be large.
    ///
    /// - Parameters:
    ///   - environment: The variables of a `pre-receive` hook.
    ///   - repository: The hook's working directory.
    static func discard(in environment: [String: String], repository: String = ".") {
        guard let path = environment["GIT_QUARANTINE_PATH"], let slash = path.lastIndex(of: "/"),
            path[path.index(after: slash)...].hasPrefix("tmp_objdir-"),
            let parent = Files.status(FilePath(String(path[..<slash]))),
            let objects = Files.status(FilePath(repository + "/objects")),
            parent.st_dev == objects.st_dev, parent.st_ino == objects.st_ino
        else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
