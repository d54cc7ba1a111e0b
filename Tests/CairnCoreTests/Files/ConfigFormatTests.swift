import CairnCore
import Testing

@Suite("Config formats")
struct ConfigFormatTests {
    private func config(_ values: [String: String]) throws -> [ConfigKey: String] {
        var config: [ConfigKey: String] = [:]
        for (key, value) in values { config[try ConfigKey(validating: key)] = value }
        return config
    }

    @Test(
        "Each format",
        arguments: [
            (.exports, "export A='007'\nexport LONG='it'\\''s\n$x'"), (.envfile, "A=\"007\"\nLONG=\"it's\\n\\$x\""),
            (.shell, "A='007' LONG='it'\\''s\n$x' "),
            (.dockerArguments, "--env=A='007' --env=LONG='it'\\''s\n$x'"), (.dockerArgumentKeys, "--env=A --env=LONG"),
            (.pretty, "A:     007\nLONG:  it's\n$x"),
            (.json, #"{"A":"007","LONG":"it's\n$x"}"#),
            (.jsonList, #"[{"name":"A","value":"007"},{"name":"LONG","value":"it's\n$x"}]"#),
            (.packKeys, "--env A --env LONG"),
        ] as [(ConfigFormat, String)])
    func writes(format: ConfigFormat, text: String) throws {
        #expect(try format.text(of: config(["LONG": "it's\n$x", "A": "007"])) == text)
    }

    @Test("No config", arguments: ConfigFormat.allCases)
    func writesNothing(format: ConfigFormat) {
        let expected = [ConfigFormat.json: "{}", .jsonList: "null"][format] ?? ""
        #expect(format.text(of: [:]) == expected)
    }

    @Test func formatsHaveNames() throws {
        #expect(try ConfigFormat(named: "docker-args-keys") == .dockerArgumentKeys)
        #expect(refusal(.invalidValue) { try ConfigFormat(named: "yaml") }?.message == "Unknown export format: yaml")
        #expect(refusal(.invalidValue) { try ConfigImport.Format(named: "yaml") }?.message == "Unknown format: yaml")
    }

    @Test(
        "What is exported is imported unchanged",
        arguments: [
            (ConfigFormat.envfile, ConfigImport.Format.envfile), (.exports, .envfile), (.json, .json),
            (.jsonList, .json),
        ])
    func roundTrips(format: ConfigFormat, importFormat: ConfigImport.Format) throws {
        var values = [
            "A": "007", "B": "+5", "C": "", "D": " x ", "E": "#x #y", "F": "a=b", "G": "=", "H": "\u{301}x", "I": "日本",
        ]
        if format != .exports {
            // A shell's single quotes cannot be read back by rules that know no shell.
            values.merge(["J": "it's \"q\" \\n \\ $HOME ${X} `id` !", "K": "a\nb\r\nc\td\u{1b}", "L": "'"]) { $1 }
        }
        let config = try config(values)
        let text = format.text(of: config)
        let read = try ConfigImport(parsing: Array(text.utf8), format: importFormat, file: "x")
        #expect(read.pairs.map(\.key) == config.keys.sorted())
        #expect(
            read.pairs.map { Array($0.value.utf8) } == config.sorted { $0.key < $1.key }.map { Array($0.value.utf8) })
        #expect(read.droppedKeys.isEmpty)
    }
}

@Suite("Config import")
struct ConfigImportTests {
    private func read(_ text: String, _ format: ConfigImport.Format) throws -> ConfigImport {
        try ConfigImport(parsing: Array(text.utf8), format: format, file: "config")
    }

    @Test(
        "Lines of an envfile",
        arguments: [
            ("A=1", "1"), ("export A=1", "1"), ("export\tA = 1 ", "1"), ("A=1 # c", "1"), ("A=1#c", "1#c"),
            ("A='a # b' # c", "a # b"), ("A=", ""), ("A= # c", ""), (#"A="a\tb\qc""#, "a\tb\\qc"),
            ("A='a\\n$B'", "a\\n$B"), ("A=$B", "$B"), ("A=\"a\nb\"", "a\nb"), ("A='a\r\nb'", "a\nb"),
            ("# c\n\n  A=1\r\n", "1"), ("A=1\nA=2", "2"), ("\u{feff}A=1", "1"), ("A=\"\" ", ""), ("A=a\"b", "a\"b"),
        ])
    func readsEnvfile(text: String, value: String) throws {
        #expect(try read(text, .envfile).pairs == [ConfigPair(key: ConfigKey(validating: "A"), value: value)])
    }

    @Test func badKeysAreNamedAndDropped() throws {
        let result = try read("1A=x\nB=y\nC-D=z\n", .envfile)
        #expect(result.pairs.map(\.key.rawValue) == ["B"])
        #expect(result.droppedKeys == ["1A", "C-D"])
        #expect(try read(#"{"1A": "x", "B": 5, "C": true}"#, .json).pairs.map(\.value) == ["5", "true"])
    }

    @Test(
        "Errors name the line but never the value",
        arguments: [
            ("A=1\nSECRET", "line 2: 'SECRET' has no '='"), ("A=1\n\nB='s3cret\nx", "line 3: the quote is not closed"),
            ("A=\"s3cret\\", "line 1: the quote is not closed"),
            ("A='s3cret' x", "line 1: there is more text after the closing quote"),
        ])
    func refusesEnvfile(text: String, problem: String) {
        let error = refusal(.invalidFile) { try read(text, .envfile) }
        #expect(error?.message == "config, \(problem)")
        #expect(error?.evidence == [])
    }

    @Test(
        "JSON that is no config",
        arguments: [
            ("[1]", "config: [0] must be an object, not 1"),
            (#"{"A": 1.10}"#, "config: A must be a string in double quotes, not 1.1"),
            (#"{"A": ["x"]}"#, "config: A must be a string"),
            (#"[{"name": "A"}]"#, "config: [0] needs a \"name\" and a \"value\""),
            ("5", "config: the file must be an object, not 5"), ("{", "config, line 1, column 2"),
        ])
    func refusesJSON(text: String, problem: String) {
        let error = refusal(.invalidFile) { try read(text, .json) }
        #expect(error?.message.hasPrefix(problem) == true, "\(error?.message ?? "")")
    }

    @Test func nothingInTheFileIsNoError() throws {
        #expect(try read("", .envfile).pairs.isEmpty)
        #expect(try read("# a\n", .envfile).pairs.isEmpty)
        #expect(try read("{}", .json).pairs.isEmpty)
    }

    @Test func hugeFilesAreRefused() {
        _ = refusal(.invalidFile) { try read("A=" + String(repeating: "a", count: 1 << 20), .envfile) }
        _ = refusal(.invalidValue) { try read("A=" + String(repeating: "a", count: 1 << 18), .envfile) }
    }
}
