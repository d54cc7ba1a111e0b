import Testing

/// Tests with a running nginx, one after the other: each measures or loads the whole machine.
@Suite("nginx", .serialized, .enabled("needs nginx with the Lua module") { NginxFixture.hasLua })
enum RealNginx {}
