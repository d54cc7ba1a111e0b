import ArgumentParser
import CairnCore

struct InternalManual: HostlessCommand {
    static let configuration = CommandConfiguration.cairn(
        "internal:manual", "Print the manual page in roff.", isHidden: true)
    static let access = CommandAccess.local

    func run(output: Output) throws { output.line(try ManualPage().text) }
}

/// The manual page `cairn(1)` (man(7)), made from the commands' own descriptions, so that it tells what the program does.
struct ManualPage {
    let text: String

    init() throws {
        var page = Self.preface
        for namespace in CommandTable.namespaces where !namespace.isHidden {
            page += [".SS \(namespace.name)", Self.escaped(namespace.purpose) + "."]
            for type in namespace.commands where type.configuration.shouldDisplay {
                page += try Self.entry(for: type)
            }
        }
        text = (page + Self.closing).joined(separator: "\n")
    }

    private static let preface = [
        #".TH CAIRN 1 "" "cairn \#(CairnVersion.text)" "User Commands""#,
        ".SH NAME", #"cairn \- deploy apps by git push, and run them"#,
        ".SH SYNOPSIS", ".B cairn",
        #"[\-\-quiet] [\-\-trace] [\-\-force] [\-\-app \fIapp\fR] \fIcommand\fR [\fIargument\fR...]"#,
        ".SH DESCRIPTION",
        "Cairn turns a host into a platform: an app that is pushed with git is built, started, checked and served by nginx.",
        "Commands are called on the host, or over ssh by whoever's key was added with ssh\\-keys:add.",
        ".SH OPTIONS", "They stand before the command.",
        ".TP", #".B \-\-quiet"#, "Leave out progress; print results only.",
        ".TP", #".B \-\-trace"#, "Tell more of what is done.",
        ".TP", #".B \-\-force"#, "Take every question as answered with yes.",
        ".TP", #".BI \-\-app " app""#, "Is the first argument of the command, if it takes an app.",
        ".SH COMMANDS",
    ]

    private static let closing = [
        ".SH EXIT STATUS", "0: done. 1: failed. 2: called wrongly. 20: there is no such app.",
        "The commands run and enter end with the status of what they ran.",
        ".SH FILES", ".TP", ".I \(HostSettings.standardRoot)", "All state, unless CAIRN_ROOT names another directory.",
    ]

    private static func entry(for type: any CairnCommand.Type) throws -> [String] {
        let configuration = type.configuration
        let usage = type.usageString().split(separator: "\n").map(\.trimmedStart).joined(separator: " ")
        var lines = [".TP", ".B " + escaped(usage), escaped(configuration.abstract)]
        if !configuration.discussion.isEmpty { lines += [".br", escaped(configuration.discussion)] }
        for (name, abstract) in try arguments(of: type) {
            lines += [".br", #"\fI\#(escaped(name))\fR: \#(escaped(abstract))"#]
        }
        return lines
    }

    /// Names and descriptions, as the parser tells them in its own description of a command.
    private static func arguments(of type: any CairnCommand.Type) throws -> [(String, String)] {
        let dump = try JSONValue(parsing: type._dumpHelp(), file: "The description of \(type)")
        guard case .array(let arguments)? = dump["command"]?["arguments"] else { return [] }
        return arguments.compactMap { argument in
            guard argument["shouldDisplay"] == true, let abstract = argument["abstract"]?.string,
                let value = argument["valueName"]?.string, value != "help"
            else { return nil }
            guard argument["kind"]?.string != "positional" else { return (value, abstract) }
            let name = argument["preferredName"]
            let dashes = name?["kind"]?.string == "short" ? "-" : "--"
            return (dashes + (name?["name"]?.string ?? value), abstract)
        }
    }

    /// Text as roff prints it: backslashes and dashes as they are, and no line that begins with a control character.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "\n": result += "\n.br\n"
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") || result.hasPrefix("'") ? "\\&" + result : result
    }
}

extension JSONValue {
    fileprivate subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }
    fileprivate var string: String? {
        if case .string(let text) = self { text } else { nil }
    }
}

extension Substring {
    fileprivate var trimmedStart: Substring { drop { $0 == " " } }
}
