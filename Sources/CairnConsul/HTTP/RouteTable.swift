import HTTPTypes

/// Answers a request that was let in.
typealias Handler = @Sendable (Directory, ConsulRequest) async throws -> Reply

/// Which handler answers which path. Keys may hold slashes and ids anything, so a route is the beginning of a path, and
/// what follows is the handler's.
struct RouteTable: Sendable {
    private var exact: [String: [HTTPRequest.Method: Handler]] = [:]
    private var prefixes: [String: [HTTPRequest.Method: Handler]] = [:]

    /// A path that ends with a slash takes everything below it.
    mutating func add(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        if path.hasSuffix("/") {
            prefixes[path, default: [:]][method] = handler
        } else {
            exact[path, default: [:]][method] = handler
        }
    }

    /// The handlers of a path, and what follows the route's part of it.
    func find(_ path: String) -> (handlers: [HTTPRequest.Method: Handler], rest: Substring)? {
        if let handlers = exact[path] { return (handlers, "") }
        // The longest route first.
        var end = path.endIndex
        while let slash = path[..<end].lastIndex(of: "/") {
            let after = path.index(after: slash)
            if let handlers = prefixes[String(path[..<after])] { return (handlers, path[after...]) }
            end = slash
        }
        return nil
    }
}
