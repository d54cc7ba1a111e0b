/// The programs of a new plugin.
enum PluginTemplates {
    static let bashCommand = """
        #!/usr/bin/env bash
        # Called as: hello NAMESPACE:hello ARGUMENT...
        set -euo pipefail
        if (($# < 2)); then
            echo " !     Please specify a name" >&2
            exit 1
        fi
        echo "${CONFIG_GREETING:-Hello}, $2"

        """

    static let bashTrigger = """
        #!/usr/bin/env bash
        # Called as: post-deploy APP "" "" IMAGE-TAG
        set -euo pipefail
        echo "-----> $1 was deployed"

        """

    static let pythonCommand = """
        #!/usr/bin/env python3
        \"""Called as: hello NAMESPACE:hello ARGUMENT...\"""
        import os
        import sys

        if len(sys.argv) < 3:
            sys.exit(" !     Please specify a name")
        print(f"{os.environ.get('CONFIG_GREETING', 'Hello')}, {sys.argv[2]}")

        """

    static let pythonTrigger = """
        #!/usr/bin/env python3
        \"""Called as: post-deploy APP "" "" IMAGE-TAG\"""
        import sys

        print(f"-----> {sys.argv[1]} was deployed")

        """

    /// One program under several names: it looks at the one that it was called by.
    static let swiftProgram = """
        import Glibc

        func fail(_ message: String) -> Never {
            let line = " !     \\(message)\\n"
            _ = write(STDERR_FILENO, line, line.utf8.count)
            exit(1)
        }

        let arguments = CommandLine.arguments
        switch arguments[0].split(separator: "/").last {
        case "hello":
            guard arguments.count > 2 else { fail("Please specify a name") }
            let greeting = getenv("CONFIG_GREETING").map { String(cString: $0) } ?? "Hello"
            print("\\(greeting), \\(arguments[2])")
        case "post-deploy":
            print("-----> \\(arguments[1]) was deployed")
        default:
            // Not implemented.
            exit(10)
        }

        """

    static let swiftBuild = """
        #!/bin/sh
        # Makes one program, and links to it under the names by which it is called.
        set -eu
        cd "$(dirname "$0")"
        swiftc -O -static-stdlib plugin.swift -o program
        mkdir -p subcommands
        ln -sf ../program subcommands/hello
        ln -sf program post-deploy

        """
}
