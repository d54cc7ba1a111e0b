import CairnCore
import CairnStore
import DockerEngine
import Foundation
import Glibc

/// Turns what went wrong in a deploy into the one block that its person reads: the phase, the decisive evidence, what
/// still serves, and what to do next.
struct DeployFailure {
    let platform: Platform
    let app: App
    let phase: String

    func explain(_ error: any Error) async -> CairnError {
        if error is CancellationError || Task.isCancelled {
            return CairnError(
                .deployCancelled, "The deploy of \(app.name) was cancelled in the phase '\(phase)'",
                hint: "Push again to deploy.", evidence: [serving])
        }
        let cause = error as? CairnError ?? CairnError(.io, "\(error)")
        return CairnError(
            cause.code, "Deploy of \(app.name) failed in the phase '\(phase)': \(cause.message)", hint: cause.hint,
            evidence: cause.evidence + [serving, host])
    }

    private var serving: String {
        guard let app = try? platform.store.refresh(app), let release = try? platform.store.currentRelease(of: app)
        else {
            return "Nothing of \(app.name) serves yet."
        }
        let count = (try? platform.store.instances(of: app).filter { $0.state == .live }.count) ?? 0
        return "Still serving: v\(release.version) with \(count) container\(count == 1 ? "" : "s")."
    }

    /// Disk and memory, which are behind most failures that look like something else.
    private var host: String {
        let disk = HostResources.freeDisk(at: platform.settings.root).map { "\($0 >> 20) MB of disk" } ?? "unknown disk"
        let memory = HostResources.availableMemory().map { "\($0 >> 20) MB of memory" } ?? "unknown memory"
        return "Free on the host: \(disk), \(memory)."
    }
}

/// What the host has left, in bytes.
enum HostResources {
    /// For processes that are not root's, where the path is.
    static func freeDisk(at path: String) -> Int? {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        return Int(info.f_bavail) * Int(info.f_frsize)
    }

    /// `MemAvailable` of /proc/meminfo.
    static func availableMemory() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kilobytes * 1024
    }
}

extension Platform {
    /// With less than this, a deploy is refused before it starts what it cannot finish.
    static let minimumFreeDisk = 32 << 20

    /// That the engine answers and the disk has room, before a deploy starts.
    func checkHost() async throws {
        if let free = HostResources.freeDisk(at: settings.root), free < Self.minimumFreeDisk {
            throw CairnError(
                .diskFull, "The disk of \(settings.root) is full: \(free >> 20) MB are left",
                hint: "Free some space first: 'docker system df' and 'du -sh \(settings.root)/*' show what uses it.")
        }
        _ = try await engineCall("answering a ping") { try await engine.ping() }
    }
}
