import CairnCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Lets requests in, finds who answers them, and turns what goes wrong into an answer.
struct ConsulResponder: HTTPResponder {
    /// What a request came by.
    struct Context: InitializableFromSource, Sendable {
        let channel: any Channel
        let logger: Logger

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
            logger = source.logger
        }
    }

    /// The most bytes of a path with its query.
    private static let maximumPath = 16 << 10

    let directory: Directory
    let gate: Gate

    func respond(to request: Request, context: Context) async throws -> Response {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = Query(parsing: parts.count > 1 ? parts[1] : "")
        let reply: Reply
        do {
            guard target.utf8.count <= Self.maximumPath else {
                throw HTTPRefusal(.uriTooLong, "The path is longer than \(Self.maximumPath) bytes")
            }
            try gate.check(request.headers, authority: request.head.authority, query: query)
            reply = try await answer(request, path: parts[0], query: query, channel: context.channel)
        } catch let refusal as HTTPRefusal {
            reply = Reply(refusal)
        } catch let error as CairnError {
            reply = Reply(Self.refusal(error, context.logger))
        } catch is CancellationError {
            // The client has gone, or the server is about to: nobody reads it.
            reply = Reply(HTTPRefusal(.serviceUnavailable, "The server is ending"))
        }
        return reply.response(isPretty: query.has("pretty"))
    }

    private static func refusal(_ error: CairnError, _ logger: Logger) -> HTTPRefusal {
        switch error.code {
        case .notFound: return .notFound(error.message)
        case .invalidValue, .invalidName: return .bad(error.message)
        case .notAllowed, .nameTaken: return .forbidden(error.message)
        default:
            logger.error("request failed", metadata: ["error": "\(error)"])
            return .failed(error.message)
        }
    }

    private func answer(
        _ request: Request, path: Substring, query: Query, channel: any Channel
    ) async throws -> Reply {
        guard path.hasPrefix("/v1/"), let found = Self.routes.find(String(path.dropFirst(4))) else {
            return Reply(.none, status: .notFound)
        }
        guard let handler = found.handlers[request.method] else {
            let methods = ["OPTIONS"] + found.handlers.keys.map(\.rawValue).sorted()
            let allow: HTTPFields = [.allow: methods.joined(separator: ",")]
            if request.method == .options { return Reply(.none, headers: allow) }
            throw HTTPRefusal(
                .methodNotAllowed, "method \(request.method.rawValue.excerpt(20)) not allowed", headers: allow)
        }
        guard let rest = found.rest.percentDecoded() else {
            throw HTTPRefusal.bad("The path is not UTF-8, or has a broken escape")
        }
        return try await handler(
            directory,
            ConsulRequest(
                method: request.method, rest: rest, query: query, headers: request.headers, raw: request,
                channel: channel))
    }

    static let routes: RouteTable = {
        var table = RouteTable()
        AgentServices.addRoutes(to: &table)
        AgentChecks.addRoutes(to: &table)
        AgentHealth.addRoutes(to: &table)
        AgentSelf.addRoutes(to: &table)
        CatalogReads.addRoutes(to: &table)
        CatalogWrites.addRoutes(to: &table)
        KeyReads.addRoutes(to: &table)
        KeyWrites.addRoutes(to: &table)
        Transactions.addRoutes(to: &table)
        SessionCalls.addRoutes(to: &table)
        EventCalls.addRoutes(to: &table)
        StatusCalls.addRoutes(to: &table)
        PrometheusTargets.addRoutes(to: &table)
        ChangeStream.addRoutes(to: &table)
        return table
    }()
}
