import CairnCore
import Glibc

/// Copies a plugin's directory: files with their permissions, directories, and links as links.
enum DirectoryCopy {
    /// - Throws: `E-PLUGIN-REFUSED` for anything else, `E-IO`.
    static func copy(_ source: String, to target: String) throws(CairnError) {
        for name in FileSystem.names(in: source) where name != ".git" && name != PluginOrigin.file {
            try copyEntry(source + "/" + name, to: target + "/" + name)
        }
    }

    private static func copyEntry(_ source: String, to target: String) throws(CairnError) {
        guard let status = FileSystem.status(source, followsLinks: false) else {
            throw FileSystem.failure("read", source)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            try FileSystem.makeDirectory(target)
            try copy(source, to: target)
            guard chmod(target, status.st_mode & 0o7777) == 0 else { throw FileSystem.failure("written", target) }
        case S_IFLNK:
            guard let link = FileSystem.target(of: source), symlink(link, target) == 0 else {
                throw FileSystem.failure("copied", source)
            }
        case S_IFREG:
            guard let content = FileSystem.read(source, maximum: ArchiveListing.maximumSize) else {
                throw FileSystem.failure("read", source)
            }
            try FileSystem.replace(target, with: content, mode: status.st_mode & 0o7777)
        default:
            throw CairnError(.pluginRefused, "\(source.excerpt(200)) is no file, directory or link")
        }
    }
}
