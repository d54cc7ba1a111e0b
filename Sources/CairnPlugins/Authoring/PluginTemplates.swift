/// The programs of a new plugin.
enum PluginTemplates {
    static let bashCommand = """
        #!/usr/bin/env bash
        # Called as: hello NAMESPACE:hello ARGUMENT...
        set -euo pipefail
        shift
        echo "${CONFIG_GREETING:-Hello}, ${1:?Please specify a name}"

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
        import Foundation

        let arguments = CommandLine.arguments
        switch URL(fileURLWithPath: arguments[0]).lastPathComponent {
        case "hello":
            guard arguments.count > 2 else {
                print(" !     Please specify a name")
                exit(1)
            }
            print("\\(ProcessInfo.processInfo.environment["CONFIG_GREETING"] ?? "Hello"), \\(arguments[2])")
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
        ln -sf ../program subcommands/hello
        ln -sf program post-deploy

        """
}
