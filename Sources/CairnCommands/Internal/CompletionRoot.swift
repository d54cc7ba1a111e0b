import ArgumentParser
import CairnCore

/// The whole tree of commands, which is built for nothing but completion scripts: a call of a command looks up and parses
/// that one alone.
struct CompletionRoot: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "cairn", abstract: "Deploy apps by git push, and run them.", version: CairnVersion.text,
            groupedSubcommands: CommandTable.namespaces.filter { !$0.isHidden }.map { namespace in
                CommandGroup(
                    name: namespace.name, subcommands: namespace.commands.map { $0 as any ParsableCommand.Type })
            })
    }
}

/// `cairn --generate-completion-script bash|zsh|fish`.
struct CompletionScript: HostlessCommand {
    static let configuration = CommandConfiguration.cairn(
        "internal:completion", "Print a completion script for a shell.", isHidden: true)

    @Argument(help: "bash, zsh or fish.") var shell: String

    func run(output: Output) throws {
        guard let shell = CompletionShell(rawValue: shell) else {
            throw CairnError(.usage, "There are completion scripts for bash, zsh and fish")
        }
        output.line(CompletionRoot.completionScript(for: shell))
        if shell == .bash { output.line(Self.colons) }
    }

    /// bash takes the colon in a command's name for the end of a word. This puts such words together before the generated
    /// function sees them, and takes away again what stands before the last colon.
    private static let colons = #"""

        _cairn_with_colons() {
            local -a words=()
            local -i index cursor=0
            for ((index = 0; index < ${#COMP_WORDS[@]}; index++)); do
                if ((index > 1)) && [[ ${COMP_WORDS[index]} == :* || ${words[-1]} == *: ]]; then
                    words[-1]+=${COMP_WORDS[index]}
                else
                    words+=("${COMP_WORDS[index]}")
                fi
                ((index == COMP_CWORD)) && cursor=$((${#words[@]} - 1))
            done
            local -a COMP_WORDS=("${words[@]}")
            local -i COMP_CWORD=cursor
            local word=${words[cursor]}
            _cairn "$1" "$word" "${words[cursor - 1]}"
            if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
                COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*:}"}"}")
            fi
        }

        complete -o filenames -F _cairn_with_colons cairn
        """#
}
