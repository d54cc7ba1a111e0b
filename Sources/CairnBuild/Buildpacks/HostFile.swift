import CairnCore
import Foundation

/// Files of this host that take part in builds.
enum HostFile {
    /// - Throws: `E-IO`.
    static func read(_ path: String) throws(CairnError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CairnError(
                .io, "\(path.visible) cannot be read",
                hint: "Check that it exists and that the user who builds may read it. Files that come with Cairn are "
                    + "installed again by install.sh.")
        }
        return Array(data)
    }
}
