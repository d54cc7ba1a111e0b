import Glibc

enum HomeDirectory {
    /// That of the user this process runs as: where ssh finds its keys.
    static var path: String { getpwuid(geteuid()).map { String(cString: $0.pointee.pw_dir) } ?? "/" }
}
