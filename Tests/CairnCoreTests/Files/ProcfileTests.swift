import CairnCore
import Testing

@Suite("Procfile")
struct ProcfileTests {
    @Test func readsTypesInOrder() throws {
        let procfile = try Procfile(
            parsing: """
                # what runs
                web: node server.js --port $PORT   # the site

                  worker:  node 'a # b' "c # d" e#f
                // old
                mail_worker-2:run
                release: sh -c 'echo it\\'s' \\# x
                """)
        #expect(procfile.types.map(\.rawValue) == ["web", "worker", "mail_worker-2", "release"])
        #expect(procfile[.web] == "node server.js --port $PORT")
        #expect(procfile.processes[1].command == #"node 'a # b' "c # d" e#f"#)
        #expect(procfile.processes[2].command == "run")
        #expect(try procfile[ProcessType(validating: "none")] == nil)
    }

    @Test(
        "Ways to end lines",
        arguments: [
            "web: a\r\nworker: b\r\n", "web: a\nworker: b", "\u{feff}web: a\n\n\nworker: b\n\n",
            "web:\ta\t\nworker: b\t# c",
        ])
    func toleratesLineEnds(text: String) throws {
        let procfile = try Procfile(parsing: text)
        #expect(procfile.processes.map(\.command) == ["a", "b"])
    }

    @Test(
        "Errors name the line",
        arguments: [
            ("web: a\n<<<<<<< HEAD\nweb: b", "line 2: a merge conflict was left in it"),
            ("web: a\n=======\n", "line 2: a merge conflict was left in it"),
            ("web: a\n\nnode server.js", "line 3: it has no ':'"),
            ("web: a\nweb: b", "line 2: 'web' is named a second time, after line 1"),
            ("web:", "line 1: 'web' has no command"), ("web:  # only a comment", "line 1: 'web' has no command"),
            ("web;x: a", "line 1: 'web;x' is not a valid process type"),
            ("../x: a", "line 1: '../x' is not a valid process type"),
            ("web : a", "line 1: 'web ' is not a valid process type"),
            (": a", "line 1: '' is not a valid process type"), ("-a: b", "line 1: '-a' is not"),
            ("web: a\0b", "line 1: it contains a control character"),
            ("web: a\u{1b}[31m", "line 1: it contains a control character"),
            ("web: a\rworker: b", "line 1: it contains a control character"),
        ] as [(String, String)])
    func refuses(text: String, problem: String) {
        let error = refusal(.invalidFile) { try Procfile(parsing: text) }
        #expect(error?.message.hasPrefix("Procfile, \(problem)") == true, "\(error?.message ?? "")")
        #expect(error?.evidence.count == 1)
    }

    @Test("A file without processes", arguments: ["", "\n\n", "# nothing\n", "\u{feff}"])
    func refusesEmpty(text: String) {
        #expect(
            refusal(.invalidFile) { try Procfile(parsing: text, file: "deploy/Procfile") }?.message
                == "deploy/Procfile names no process")
    }

    @Test func hasLimits() throws {
        let hundred = (1...100).map { "p\($0): a" }.joined(separator: "\n")
        #expect(try Procfile(parsing: hundred).processes.count == 100)
        let error = refusal(.invalidFile) {
            try Procfile(parsing: (1...10_000).map { "p\($0): a" }.joined(separator: "\n"))
        }
        #expect(error?.message.contains("more than") == true)
        _ = refusal(.invalidFile) { try Procfile(parsing: hundred + "\nx: a") }
        _ = refusal(.invalidFile) { try Procfile(parsing: "web: " + String(repeating: "a", count: 64 * 1024)) }
        #expect(
            refusal(.invalidFile) { try Procfile(parsing: [0x77, 0x3a, 0xff]) }?.message
                == "Procfile is not UTF-8 text: line 1 holds other bytes")
    }
}

@Suite("ProcessCommand")
struct ProcessCommandTests {
    private let environment = [
        "PORT": "5000", "OPTS": " --a  --b ", "EMPTY": "", "EVIL": "x; touch MARKER $(id) 'q", "NAME": "a b",
    ]

    @Test(
        "Commands that need no shell",
        arguments: [
            ("node server.js", ["node", "server.js"]), ("run -p $PORT", ["run", "-p", "5000"]),
            ("run -p ${PORT}x $PORT.a", ["run", "-p", "5000x", "5000.a"]),
            ("run $OPTS end", ["run", "--a", "--b", "end"]), (#"run "$OPTS""#, ["run", " --a  --b "]),
            ("run x$OPTS", ["run", "x", "--a", "--b"]),
            ("run $EMPTY a", ["run", "a"]), (#"run "$EMPTY" a"#, ["run", "", "a"]),
            ("run '$PORT' \\$PORT \"\\$PORT\"", ["run", "$PORT", "$PORT", "$PORT"]),
            ("run $EVIL", ["run", "x;", "touch", "MARKER", "$(id)", "'q"]),
            (#"run --name="$NAME""#, ["run", "--name=a b"]),
            ("sh -c 'a && b | c'", ["sh", "-c", "a && b | c"]),
            (#"a "b;c" d\;e \* "*?""#, ["a", "b;c", "d;e", "*", "*?"]), ("exec node x", ["node", "x"]),
            ("run 5$ $ a$", ["run", "5$", "$", "a$"]), ("run a~ a#b K=V", ["run", "a~", "a#b", "K=V"]),
            ("./cd x", ["./cd", "x"]), (#"r "a\qb""#, ["r", #"a\qb"#]),
        ])
    func words(line: String, expected: [String]) throws {
        let command = try ProcessCommand(line, environment: environment)
        #expect(command == .words(expected))
        #expect(command.arguments == expected)
    }

    @Test(
        "Commands for a shell that it replaces itself by",
        arguments: [
            "run ${WORKERS:-2}", "run $UNKNOWN", "run \"$UNKNOWN\"", "run *.js", "run a?", "run [ab]", "run > log",
            "run 2>&1", "run >log 2>&1", "run < in", "run $(nproc)", "run $(a; (b ')' \"(\") | c) d", "run `a; b`",
            "run `nproc`", "run \"`nproc`\"", "run ~/x", "run $1", "run $$", "run $#", "run $'a'",
            "$JAVA_HOME/bin/java $EVIL", "run ${}", "run >| x", "run \"${a b}\"",
        ])
    func single(line: String) throws {
        let command = try ProcessCommand(line, environment: environment)
        #expect(command == .shell("exec " + line))
        #expect(command.arguments == ["/bin/sh", "-c", "exec " + line])
    }

    @Test(
        "Commands that a shell runs as they stand",
        arguments: [
            "a && b", "a || b", "a | b", "a; b", "a & b", "run $(a; b", "run `a", "run $(a) && b", "a&", "(a)",
            "cd app && exec node x", "A=1 node x",
            "PORT=$PORT node x", "cd app", ". ./env", "source x", "export A=1",
            "{ a; }", "if a; then b; fi", "! a", "exec -a x y", "exec run *.js", "a # b", "a\nb", "run > x & wait",
            "A=$(b) c", "ulimit -n 9",
        ])
    func compound(line: String) throws {
        #expect(try ProcessCommand(line, environment: environment) == .shell(line))
    }

    @Test func valuesNeverBecomeShellText() throws {
        let command = try ProcessCommand("a $EVIL && b", environment: environment)
        #expect(command == .shell("a $EVIL && b"))
    }

    @Test(
        "Unfinished or empty commands",
        arguments: ["a 'b", "a \"b", "a \\", "", "   ", "$EMPTY", "\"\"", "exec", "\"$EMPTY\" a"])
    func refuses(line: String) {
        _ = refusal(.invalidValue) { try ProcessCommand(line, environment: environment) }
    }

    @Test func theErrorNamesTheProcess() throws {
        let procfile = try Procfile(parsing: "web: it's here")
        let error = refusal(.invalidFile) { try procfile.command(for: .web, environment: [:]) }
        #expect(error?.message == "Procfile, 'web': The command ends inside a quote")
        #expect(error?.evidence == ["it's here"])
        #expect(try procfile.command(for: .release, environment: [:]) == nil)
    }
}
