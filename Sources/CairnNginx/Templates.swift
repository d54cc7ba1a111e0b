import CairnCore
import Mustache

/// The texts that come with the program. They are part of the executable, so they cannot be missing.
struct Templates: Sendable {
    let generation: MustacheTemplate
    let server: MustacheTemplate
    let body: MustacheTemplate

    /// The Lua module that the running nginx loads.
    static let lua = String(decoding: PackageResources.cairn_lua, as: UTF8.self)

    init() throws {
        generation = try MustacheTemplate(string: String(decoding: PackageResources.generation_mustache, as: UTF8.self))
        server = try MustacheTemplate(string: String(decoding: PackageResources.server_mustache, as: UTF8.self))
        body = try MustacheTemplate(string: String(decoding: PackageResources.body_mustache, as: UTF8.self))
    }
}
