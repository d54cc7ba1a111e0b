import CairnCore
import Testing

@testable import CairnBuild

@Suite("buildpack.toml")
struct BuildpackManifestTests {
    private func manifest(_ text: String) throws -> BuildpackManifest {
        try BuildpackManifest(parsing: Array(text.utf8), file: "buildpack.toml")
    }

    @Test("Tables, lists over several lines, comments and unknown keys")
    func reading() throws {
        let manifest = try manifest(
            """
            # A buildpack.
            [buildpack]
            name = "python"       # the name
            version = '1.0.0'
            colour = { red = 1 }
            [detect]
            any = [
                "requirements.txt",   # pip
                "Pipfile",
            ]
            none = []
            priority = 50
            [stack]
            build-packages = ["python3-dev", "libssl-dev:amd64=3.0~deb12+1"]
            run-packages = ["python3"]
            """)
        #expect(manifest.name == "python")
        #expect(manifest.any == ["requirements.txt", "Pipfile"])
        #expect(manifest.none == [])
        #expect(manifest.priority == 50)
        #expect(manifest.buildPackages == ["python3-dev", "libssl-dev:amd64=3.0~deb12+1"])
        #expect(manifest.runPackages == ["python3"])
    }

    @Test(
        "What is no package name reaches no command line",
        arguments: ["a; rm -rf /", "$(id)", "a b", "-y", "A", "", "a&&b"])
    func packages(name: String) {
        let error = #expect(throws: CairnError.self) { try manifest("[stack]\nrun-packages = [\"\(name)\"]") }
        #expect(error?.code == .invalidFile)
    }

    @Test("A line that is none is named", arguments: ["[detect", "any", "[detect]\nany = [1]", "[detect]\nany = [\n"])
    func broken(text: String) {
        let error = #expect(throws: CairnError.self) { try manifest(text) }
        #expect(error?.code == .invalidFile)
        #expect(error?.message.hasPrefix("buildpack.toml, line ") == true)
    }
}

@Suite("What bin/release says")
struct ReleaseInformationTests {
    private func information(_ text: String) throws -> ReleaseInformation {
        try ReleaseInformation(parsing: Array(text.utf8), of: "python")
    }

    @Test("Addons, config vars and process types")
    func reading() throws {
        let found = try information(
            """
            ---
            addons:
            - heroku-postgresql
              # none other
            config_vars:
              LANG: en_US.UTF-8
              "QUOTED": 'it''s'
              EMPTY: ""
            default_process_types:
              web: bundle exec puma -p ${PORT:-3000} -e $RAILS_ENV   # serve
              console: "bin/rails \\"console\\"\\t--sandbox"
              "rake": bundle exec rake
            other:
              deep:
                - [1, 2]
            """)
        #expect(found.addons == ["heroku-postgresql"])
        #expect(found.config == ["LANG": "en_US.UTF-8", "QUOTED": "it's", "EMPTY": ""])
        #expect(
            found.processTypes == [
                "web": "bundle exec puma -p ${PORT:-3000} -e $RAILS_ENV", "console": "bin/rails \"console\"\t--sandbox",
                "rake": "bundle exec rake",
            ])
    }

    @Test("A long value that YAML has folded into several lines is one value")
    func folded() throws {
        let found = try information(
            """
            default_process_types:
              web: bundle exec thin start
                -R config.ru -e $RACK_ENV
                -p $PORT
              rake: bundle exec rake
            """)
        #expect(
            found.processTypes == [
                "web": "bundle exec thin start -R config.ru -e $RACK_ENV -p $PORT", "rake": "bundle exec rake",
            ])
    }

    @Test("Nothing, empty collections and JSON", arguments: ["", "--- {}\n", "addons: []\nconfig_vars: {}\n", "{}"])
    func nothing(text: String) throws { #expect(try information(text) == ReleaseInformation()) }

    @Test func json() throws {
        let found = try information(
            #"{"addons": ["x"], "default_process_types": {"web": "run"}, "config_vars": {"A": "b"}}"#)
        #expect(found.addons == ["x"])
        #expect(found.processTypes == ["web": "run"])
        #expect(found.config == ["A": "b"])
    }

    @Test(
        "What is not understood is an error with its line",
        arguments: [
            "default_process_types: [web]", "default_process_types:\n  web: |\n    run",
            "default_process_types:\n  web: \"run", "default_process_types:\n  - web", "nonsense",
            "config_vars:\n  A: &anchor x",
        ])
    func broken(text: String) {
        let error = #expect(throws: CairnError.self) { try information(text) }
        #expect(error?.code == .invalidFile)
        #expect(error?.message.contains("bin/release of python") == true)
    }
}
