import CairnCore
import CairnFiles
import Glibc
import SystemPackage

extension NginxHost {
    /// Refuses paths that would be something other than one word in a configuration file, or too long for a socket.
    ///
    /// - Throws: `E-INVALID-VALUE`.
    func check() throws(CairnError) {
        let isSafe = { (text: String, extra: String) in
            text.hasPrefix("/")
                && text.utf8.allSatisfy { byte in
                    byte.isWordByte || "/._-\(extra)".utf8.contains(byte)
                }
        }
        for path in [root.string, binary.string, mainConfiguration.string, accessLog.string] where !isSafe(path, "") {
            throw CairnError(
                .invalidValue, "'\(path.visible)' cannot be used for nginx",
                hint: "Use an absolute path of letters, digits, dots, dashes and underscores.")
        }
        guard isSafe(luaPath, "?;") else {
            throw CairnError(.invalidValue, "'\(luaPath.visible)' is not a Lua search path", hint: nil)
        }
        // sockaddr_un holds 108 bytes with the closing zero.
        guard layout.controlSocket.string.utf8.count < 108 else {
            throw CairnError(
                .invalidValue, "\(layout.controlSocket) is too long for a socket's name",
                hint: "Choose a shorter CAIRN_ROOT (at most 85 bytes).")
        }
    }
}

extension UInt8 {
    fileprivate var isWordByte: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}

extension NginxServer {
    /// Makes the directories and the few files that stay the same.
    func prepareDirectories() async throws {
        for directory in [
            layout.generations, layout.apps, layout.profiles, layout.lua, layout.stage, layout.snippets,
            host.accessLog.removingLastComponent(),
        ] {
            try Files.makeDirectory(directory)
        }
        // nginx's master makes the socket as root, for anybody to use; who may reach it is decided by its directory.
        for directory in [layout.runDirectory, layout.certificates] {
            try Files.makeDirectory(directory, mode: 0o700)
        }
        if !Files.exists(layout.endpoints) { try Files.write("", to: layout.endpoints) }
        let build = try await build()
        let pidFile = try HostConfiguration(
            main: host.mainConfiguration, entry: layout.entry, replacement: layout.live, stage: layout.stage
        ).pidFile
        // All that `nginx -s reload` needs to know; with the whole configuration it would read that first.
        try Files.writeIfChanged(
            "pid \(pidFile ?? build.pidFile);\nerror_log stderr;\nevents {}\n", to: layout.signal)
        try Files.writeIfChanged(
            "# Written by Cairn. Include this file at http level.\ninclude \(layout.live)*;\n", to: layout.entry)
    }

    /// Removes a control socket that nobody listens on: an nginx that was killed leaves it, and the next would not start
    /// because of it.
    func removeDeadSocket() {
        let path = layout.controlSocket.string
        guard Files.exists(layout.controlSocket) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result != 0 && errno == ECONNREFUSED { unlink(path) }
    }

    /// Removes the app's files of earlier versions, once nginx runs a later one.
    func forgetOldVersions(of app: AppName) {
        guard let live = liveGeneration()?.generation else { return }
        let keeps = live.sites[app]?.version ?? Int.max
        for name in Files.entries(layout.apps) where name.hasPrefix("\(app)@") {
            guard let version = Self.version(name), version < keeps, version <= live.number else { continue }
            Files.remove(layout.apps.appending(name))
        }
        for name in Files.entries(layout.generations) {
            guard let number = Int(name.prefix { $0.isNumber }), number < live.number - 16 else { continue }
            Files.remove(layout.generations.appending(name))
        }
    }

    private static func version(_ name: String) -> Int? {
        name.split(separator: "@").last.flatMap { Int($0.prefix { $0.isNumber }) }
    }

    /// Removes what is left of an app that has been taken out.
    func removeFiles(of app: AppName) {
        for name in Files.entries(layout.apps) where name.hasPrefix("\(app)@") {
            Files.remove(layout.apps.appending(name))
        }
        let certificates = layout.certificates.appending(app.rawValue)
        for name in Files.entries(certificates) { removeCertificate(certificates.appending(name)) }
        rmdir(certificates.string)
    }

    /// Removes what no configuration refers to any more, if nobody is changing it.
    func collectGarbage() async {
        try? await withFileLock(layout.configurationLock) {
            guard let live = self.liveGeneration(), await self.control.generation() == live.generation.number else {
                return
            }
            var used = live.text
            for site in live.generation.sites.values {
                if let file = site.file(in: self.layout) { used += Files.readIfPresent(FilePath(file)) ?? "" }
            }
            for directory in [self.layout.apps, self.layout.profiles] {
                for name in Files.entries(directory) where !used.contains("/\(name)") {
                    Files.remove(directory.appending(name))
                }
            }
            for name in Files.entries(self.layout.generations) where name != "\(live.generation.number).conf" {
                Files.remove(self.layout.generations.appending(name))
            }
        }
    }
}
