import Foundation
import Testing

@testable import CairnBuild

@Suite("Static sites and Procfiles", .enabled("needs bash, curl and jq") { BuildpackShell.isAvailable })
struct BundledBuildpackSiteTests {
    private func compile(_ pack: String, _ app: SmallApp) async throws -> BuildpackShell.Answer {
        try await BuildpackShell.program("\(pack)/bin/compile", [app.path, app.path + "/.cache", app.path + "/.env"])
    }

    @Test("The site's own pages, routes, redirects and headers are in nginx's configuration")
    func configuration() async throws {
        let app = try SmallApp([
            "public/index.html": "", "public/errors.html": "",
            "static.json": """
            {"root": "public", "clean_urls": true, "https_only": true, "error_page": "errors.html",
             "routes": {"/app/**": "index.html"}, "redirects": {"/old": {"url": "/new", "status": 302}},
             "headers": {"/assets/*.js": {"Cache-Control": "max-age=1"}}}
            """,
        ])
        let answer = try await compile("static", app)
        #expect(answer.status == 0, "\(answer.text)")
        let configuration = try String(contentsOfFile: app.path + "/.cairn/static/nginx.conf", encoding: .utf8)
        for expected in [
            "listen @PORT@;", "root \"\(app.path)/public\";", "\"~^/app/.*$\" \"/index.html\";", "\"/old\" \"/new\";",
            "return 302 $redirect_302;", "\"~^/assets/[^/]*\\.js$\" \"max-age=1\";",
            "add_header Cache-Control $header_0 always;",
            "error_page 404 /errors.html;", "try_files $uri $uri.html $uri/index.html $fallback;",
            "return 301 https://$host$request_uri;",
        ] {
            #expect(configuration.contains(expected), "\(expected)")
        }
        #expect(FileManager.default.isExecutableFile(atPath: app.path + "/.cairn/static/serve"))
    }

    @Test("Text of static.json stays text in nginx's configuration")
    func quoting() async throws {
        let app = try SmallApp([
            "index.html": "",
            "static.json": #"{"root": ".", "redirects": {"/a": "/b\"; } } evil { $host \\"}}"#,
        ])
        #expect(try await compile("static", app).status == 0)
        #expect(
            try String(contentsOfFile: app.path + "/.cairn/static/nginx.conf", encoding: .utf8).contains(
                #""/a" "/b\"; } } evil { ${dollar}host \\";"#))
    }

    @Test(
        "What static.json can't mean is refused in one line",
        arguments: [
            ("{", "static.json is not a JSON object"), ("[]", "static.json is not a JSON object"),
            (#"{"root": "../up"}"#, "which is not a directory of the app"), (#"{"root": "none"}"#, "no such directory"),
            (#"{"error_page": "none.html"}"#, "no such file"),
            (#"{"routes": {"/**": "../up"}}"#, "not a path within the site"),
            (#"{"headers": {"/ x": {"A": "b"}}}"#, "not a path with * or **"),
            (#"{"headers": {"/**": {"A;b": "c"}}}"#, "no name of a header"),
            (#"{"headers": {"/**": {"A": "b\nc"}}}"#, "control character"),
            (#"{"redirects": {"/a": {"url": "/b", "status": 200}}}"#, "with status 200"),
        ])
    func refusals(text: String, said: String) async throws {
        let app = try SmallApp(["index.html": "", "static.json": text])
        let answer = try await compile("static", app)
        #expect(answer.status == 1)
        #expect(answer.lines.contains { $0.hasPrefix(" !     ") && $0.contains(said) }, "\(answer.text)")
    }

    @Test("A Procfile's own program gets its executable bit; one that is not there is an error")
    func procfile() async throws {
        let app = try SmallApp([
            "Procfile": "web: bin/serve --port $PORT\nworker: sleep 1\n", "bin/serve": "#!/bin/sh\n",
        ])
        let answer = try await compile("procfile", app)
        #expect(answer.lines == ["-----> Process types: web, worker", "       bin/serve gets its executable bit"])
        #expect(FileManager.default.isExecutableFile(atPath: app.path + "/bin/serve"))
        let other = try SmallApp(["Procfile": "web: bin/other\n"])
        let refusal = try await compile("procfile", other)
        #expect(refusal.status == 1)
        #expect(refusal.text.contains("runs bin/other, which is not in the app"))
    }
}
