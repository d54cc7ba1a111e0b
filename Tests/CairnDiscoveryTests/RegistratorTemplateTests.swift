import CairnCore
import CairnDiscovery
import Testing

/// The language of https://pkg.go.dev/text/template, as far as tags need it.
@Suite("Registrator: templates for tags")
struct RegistratorTemplateTests {
    private let document: JSONValue = [
        "Id": "abcdef012345", "Name": "/web.1",
        "Config": [
            "Hostname": "h1", "Env": ["A=1", "SERVICE_X=2", "SERVICE_Y=3"], "Labels": ["a.b": "label", "n": "1"],
        ],
        "State": ["Pid": 42, "Running": true],
    ]

    @Test(
        "What templates give",
        arguments: [
            ("plain", "plain"), ("{{.Config.Hostname}}", "h1"), ("a-{{ .Config.Hostname }}-b", "a-h1-b"),
            ("{{.ID}}", "abcdef012345"), ("{{.Missing.Deep}}x", "x"), ("{{.State.Pid}},{{.State.Running}}", "42,true"),
            (#"{{index .Config.Labels "a.b"}}"#, "label"), ("{{index .Config.Env 0}}", "A=1"),
            (#"{{(index .Config.Labels "a.b") | toUpper}}"#, "LABEL"), ("{{len .Config.Env}}", "3"),
            ("{{.Config.Env}}", "[A=1 SERVICE_X=2 SERVICE_Y=3]"), ("{{.Config.Labels}}", "map[a.b:label n:1]"),
            ("{{if .State.Running}}up{{else}}down{{end}}", "up"),
            ("{{if .Nothing}}a{{else if .Id}}b{{else}}c{{end}}", "b"),
            ("{{range .Config.Env}}<{{.}}>{{end}}", "<A=1><SERVICE_X=2><SERVICE_Y=3>"),
            ("{{range $i, $e := .Config.Env}}{{$i}}{{$e}};{{end}}", "0A=1;1SERVICE_X=2;2SERVICE_Y=3;"),
            ("{{range .None}}x{{else}}none{{end}}", "none"),
            ("{{with .Config}}{{.Hostname}}{{$.State.Pid}}{{end}}", "h142"),
            ("{{$x := .Config.Hostname}}{{$x}}{{$x}}", "h1h1"), ("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"),
            ("a  {{- /* comment */ -}}  b", "ab"), ("a {{- .State.Pid -}} b", "a42b"),
            (#"{{if and (eq .Config.Hostname "h1") (gt .State.Pid 40) (not .None)}}yes{{end}}"#, "yes"),
            (#"{{or .None "default"}}"#, "default"), (#"{{printf "%s:%d%%" .Config.Hostname .State.Pid}}"#, "h1:42%"),
            ("{{strSlice .Id 0 4}}", "abcd"), ("{{strSlice .Id 4}}", "ef012345"),
            ("{{strSlice .Id 90}}", "abcdef012345"),
            ("{{sIndex -1 .Config.Env}}", "SERVICE_Y=3"), ("{{sIndex 9 .Config.Env}}", "SERVICE_Y=3"),
            (#"{{mIndex "a.b" .Config.Labels}}{{mIndex "none" .Config.Labels}}"#, "label"),
            (#"{{replace 1 "e" "E" "eee"}}{{replace -1 "e" "" "eae"}}"#, "Eeea"),
            (#"{{join "+" .Config.Env}}"#, "A=1+SERVICE_X=2+SERVICE_Y=3"),
            (#"{{range split "." "a.b"}}{{.}}-{{end}}"#, "a-b-"), (#"{{splitIndex -1 "/" .Name}}"#, "web.1"),
            (#"{{.Name | splitIndex 1 "/" | toUpper}}"#, "WEB.1"),
            (#"{{matchFirstElement "^SERVICE_" .Config.Env}}"#, "SERVICE_X=2"),
            (#"{{join "," (matchAllElements `^SERVICE_\w=` .Config.Env)}}"#, "SERVICE_X=2,SERVICE_Y=3"),
            (#"{{(jsonParse "{\"k\":{\"v\":7}}").k.v}}"#, "7"), (#"{{"}}"}}"#, "}}"),
        ])
    func rendering(text: String, result: String) throws {
        #expect(try TagTemplate(parsing: text).render(document) == result)
    }

    @Test(
        "What is refused when it is set, and the place",
        arguments: [
            ("{{.Config", "character 1"), ("{{if .A}}x", "'if' has no 'end'"), ("{{end}}", "'end' stands alone"),
            ("{{nothing .A}}", "'nothing' is not a function"), (#"{{httpGet "http://x/"}}"#, "makes no requests"),
            ("ab{{toUpper}}", "'toUpper' is given 0 arguments"), ("{{.A .B}}", "only a function"),
            ("{{$x}}", "'$x' is not known"), ("{{if .A}}{{$x := 1}}{{end}}{{$x}}x", "'$x' is not known"),
            ("{{(.A}}", "')' is missing"), (#"{{"a}}"#, "no '}}'"), ("{{}}", "missing"),
            (#"{{matchFirstElement "(" .A}}"#, "regular expression"), ("{{template \"x\"}}", "not a function"),
            ("{{.A | }}", "missing"), ("{{else}}", "'else' stands alone"), ("{{.A; .B}}", "means nothing"),
        ])
    func mistakes(text: String, problem: String) {
        let error = #expect(throws: CairnError.self) { try TagTemplate(parsing: text) }
        #expect(error?.code == .invalidValue)
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }

    @Test(
        "What is refused for a container",
        arguments: [
            "{{index .Config.Env 3}}", "{{toUpper .Config.Env}}", "{{lt .Config.Env 3}}", #"{{printf "%s"}}"#,
            #"{{jsonParse "{"}}"#,
        ])
    func failures(text: String) throws {
        let template = try TagTemplate(parsing: text)
        #expect(throws: CairnError.self) { try template.render(document) }
    }

    @Test("What a container says cannot make a template go on for long")
    func limits() throws {
        let long: JSONValue = ["L": .array(Array(repeating: "x", count: 300))]
        let nested = try TagTemplate(parsing: "{{range .L}}{{range $.L}}{{.}}{{end}}{{end}}")
        #expect(throws: CairnError.self) { try nested.render(long) }
        let wide = try TagTemplate(parsing: "{{range .L}}" + String(repeating: "x", count: 100) + "{{end}}")
        #expect(throws: CairnError.self) { try wide.render(long) }
        let deep = String(repeating: "{{if 1}}", count: 40) + String(repeating: "{{end}}", count: 40)
        #expect(throws: CairnError.self) { try TagTemplate(parsing: deep) }
        let brackets = "{{" + String(repeating: "(", count: 4000) + "}}"
        #expect(throws: CairnError.self) { try TagTemplate(parsing: brackets) }
    }
}
