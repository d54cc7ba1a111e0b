public import CairnCore
public import CairnStore
import Glibc

/// A certificate that a plugin has put into an app's `tls` directory by itself. Nobody has checked it.
public struct ForeignCertificate: Sendable, Equatable {
    public let chain: String
    public let privateKey: String
}

extension CompatibilityTree {
    /// `tls/server.crt` and `tls/server.key`. A pair that a plugin has put there is left alone until somebody has taken it
    /// over, or refused it.
    func writeCertificate(of app: App, _ root: String, _ files: DerivedFiles) throws(CairnError) {
        if foreignCertificate(of: app) != nil { return }
        let directory = root + "/tls"
        let certificate = try store.certificate(of: app)
        if certificate == nil && !FileSystem.exists(directory) { return }
        try files.makeDirectory(directory, mode: 0o750)
        try files.write(certificate?.chain, to: directory + "/server.crt", mode: 0o640)
        try files.write(certificate?.privateKey, to: directory + "/server.key", mode: 0o640)
        try files.write(fingerprint(of: directory), to: directory + "/.written", mode: 0o600)
    }

    /// What a plugin has put into the app's `tls` directory since Cairn last wrote there; nil when there is nothing.
    ///
    /// Both files must be there, since a plugin writes one after the other.
    public func foreignCertificate(of app: App) -> ForeignCertificate? {
        let directory = root(app.name.rawValue) + "/tls"
        guard FileSystem.exists(directory) else { return nil }
        let written = FileSystem.read(directory + "/.written").map { String(decoding: $0, as: UTF8.self) }
        guard written != fingerprint(of: directory),
            let chain = FileSystem.read(directory + "/server.crt", maximum: 1 << 20),
            let key = FileSystem.read(directory + "/server.key", maximum: 1 << 20),
            let chain = String(validating: chain, as: UTF8.self), let key = String(validating: key, as: UTF8.self)
        else { return nil }
        return ForeignCertificate(chain: chain, privateKey: key)
    }

    /// Ends the life of what a plugin has put there: the files are from now on those of the rows again.
    ///
    /// - Throws: `E-IO`, and what the store throws.
    public func settleCertificate(of app: App) throws(CairnError) {
        let root = root(app.name.rawValue)
        let files = DerivedFiles(owner: FileSystem.status(settings.root))
        try files.write(fingerprint(of: root + "/tls"), to: root + "/tls/.written", mode: 0o600)
        try writeCertificate(of: app, root, files)
    }

    /// Tells the pair of files from any other pair that is put in its place.
    private func fingerprint(of directory: String) -> String {
        ["server.crt", "server.key"].map { name in
            guard let status = FileSystem.status("\(directory)/\(name)") else { return "-\n" }
            return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)\n"
        }.joined()
    }
}
