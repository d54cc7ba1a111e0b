import CairnCore
import CairnFiles
import SystemPackage
import Testing

@testable import CairnNginx

@Suite("The host's own configuration")
struct HostConfigurationTests {
    @Test func directivesAreFoundInTheirBlocks() {
        let text = """
            user www-data; # include commented.conf;
            http {
                include "a b.conf";
                log_format x '{ include no.conf; }';
                init_by_lua_block { local t = { "}" } -- include no.conf; }
                }
                map $a $b { default ${c}; }
                server { location ~ "\\.(a|b){1,2}$" { include c.conf; } }
                include d.conf;
            }
            """
        let found = ConfigurationLexer.directives(in: Array(text.utf8)).filter { $0.name == "include" }
        #expect(found.map(\.arguments) == [["a b.conf"], ["c.conf"], ["d.conf"]])
        #expect(found.map(\.context) == [["http"], ["http", "server", "location"], ["http"]])
    }

    @Test func onlyTheIncludeOfCairnIsReplacedHoweverDeepItIs() async throws {
        try await withDirectory { directory in
            let etc = directory.appending("etc")
            for name in ["etc", "etc/conf.d", "root", "root/nginx"] {
                try Files.makeDirectory(directory.appending(name))
            }
            let entry = directory.appending("root/nginx/cairn.conf")
            try Files.write("include live.conf;\n", to: entry)
            try Files.write(
                "pid \(directory)/x.pid;\nhttp {\n  server_tokens off;\n  include conf.d/*.conf;\n}\n",
                to: etc.appending("nginx.conf"))
            try Files.write("map_hash_max_size 1;\n", to: etc.appending("conf.d/a.conf"))
            try Files.write("include \(entry);\n", to: etc.appending("conf.d/b.conf"))
            try Files.link(etc.appending("conf.d/c.conf"), to: "/nowhere/c.conf")
            let stage = directory.appending("stage")
            let read = try HostConfiguration(
                main: etc.appending("nginx.conf"), entry: entry, replacement: "/candidate.conf", stage: stage)
            #expect(read.includesCairn)
            #expect(read.pidFile == "\(directory)/x.pid")
            #expect(read.httpDirectives.isSuperset(of: ["server_tokens", "map_hash_max_size"]))
            let copy = stage.appending("included-0-0.conf")
            #expect(
                read.staged == [
                    copy: "include /candidate.conf;\n",
                    stage.appending("nginx.conf"): """
                    pid \(directory)/x.pid;
                    http {
                      server_tokens off;
                      include "\(etc)/conf.d/a.conf";
                    include \(copy);
                    include "\(etc)/conf.d/c.conf";
                    }

                    """,
                ])
        }
    }

    @Test(arguments: ["include ENTRY;", "http { server { include ENTRY; } }"])
    func includeInTheWrongPlaceIsNamed(text: String) async throws {
        try await withDirectory { directory in
            let entry = directory.appending("cairn.conf")
            let main = directory.appending("nginx.conf")
            try Files.write(text.split(separator: "ENTRY").joined(separator: entry.string), to: main)
            let error = #expect(throws: CairnError.self) {
                try HostConfiguration(main: main, entry: entry, replacement: "/x", stage: directory.appending("stage"))
            }
            #expect(error?.code == .nginxRefused)
        }
    }

    private func withDirectory(_ body: (FilePath) async throws -> Void) async throws {
        let made = try await shell("/bin/mktemp", ["-d", "/tmp/cairn-host-XXXXXX"])
        let directory = FilePath(String(made.output.dropLast()))
        try await body(directory)
        _ = try await shell("/bin/rm", ["-rf", directory.string])
    }
}
