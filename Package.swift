// swift-tools-version: 6.2
import PackageDescription

/// One list for every target, so that no module is checked less strictly than another.
let swiftSettings: [SwiftSetting] = [
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// A library of Cairn with its test target; arrows between them point down only (see docs/architecture.md).
func library(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: swiftSettings)
}

func tests(_ module: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(module)Tests",
        dependencies: [.byName(name: module), "CairnTestSupport"] + dependencies,
        swiftSettings: swiftSettings)
}

let package = Package(
    name: "cairn",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "cairn", targets: ["cairn"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .executableTarget(name: "cairn", dependencies: ["CairnCommands"], swiftSettings: swiftSettings),

        library(
            "CairnCommands",
            [
                "CairnDaemon", "CairnReceive", "CairnDeploy", "CairnBuild", "CairnBackends", "CairnChecks",
                "CairnDNS", "CairnDiscovery", "CairnNginx", "CairnPlugins", "CairnStore", "CairnCatalog", "CairnCore",
                "DockerEngine", "LibGit", argumentParser, logging, system, subprocess,
            ]),
        library(
            "CairnDaemon",
            [
                "CairnDeploy", "CairnDNS", "CairnConsul", "CairnChecks", "CairnBackends", "CairnDiscovery",
                "CairnNginx", "CairnPlugins", "CairnStore", "CairnCatalog", "CairnFiles", "CairnCore", "DockerEngine",
                lifecycle, logging,
            ]),
        library(
            "CairnReceive",
            [
                "CairnDeploy", "CairnBuild", "CairnPlugins", "CairnStore", "CairnFiles", "CairnCore", "LibGit", logging,
                system, subprocess,
            ]),
        library(
            "CairnDeploy",
            [
                "CairnBuild", "CairnDiscovery", "CairnNginx", "CairnPlugins", "CairnStore", "CairnCatalog", "CairnCore",
                "DockerEngine", "LibGit", logging, system, nio, nioPosix, nioHTTP1, subprocess,
            ]),
        library(
            "CairnBuild",
            [
                "CairnPlugins", "CairnStore", "CairnCore", "DockerEngine", "LibGit", protobuf, logging, system, nio,
                subprocess,
            ],
            exclude: ["Progress/status.proto"]),
        library("CairnDiscovery", ["CairnStore", "CairnCatalog", "CairnCore", "DockerEngine", logging]),
        library("CairnDNS", ["CairnCatalog", "CairnCore", nio, nioPosix, lifecycle, logging]),
        library(
            "CairnConsul",
            ["CairnStore", "CairnCatalog", "CairnCore", hummingbird, httpTypes, nio, lifecycle, logging]),
        library(
            "CairnChecks",
            [
                "CairnCatalog", "CairnCore", "DockerEngine", httpClient, nio, nioPosix, nioHTTP1, nioHTTP2, nioHPACK,
                nioSSL, lifecycle, logging,
            ]),
        library(
            "CairnBackends",
            [
                "CairnCatalog", "CairnFiles", "CairnCore", httpClient, nio, nioHTTP1, nioPosix, nioSSL, lifecycle,
                logging, subprocess, system,
            ]),
        library(
            "CairnNginx", ["CairnFiles", "CairnCore", mustache, logging, system, subprocess, nio, nioPosix],
            resources: [.embedInCode("Resources")]),
        library(
            "CairnPlugins",
            ["CairnStore", "CairnCatalog", "CairnFiles", "CairnCore", logging, system, subprocess]),
        library("CairnStore", ["CairnCatalog", "CairnCore", grdb, system]),
        library("CairnCatalog", ["CairnCore"]),
        library("CairnFiles", ["CairnCore", system]),
        library("CairnCore", []),
        library("DockerEngine", [nio, nioPosix, nioHTTP1, logging]),
        library("LibGit", ["CLibgit2", "CLibgit2Loader", "CairnCore", system]),
        .target(name: "CLibgit2Loader", dependencies: ["CLibgit2"]),
        // Without pkg-config, whose flags would link the library: it is loaded when it is first used, see CLibgit2Loader.
        .systemLibrary(name: "CLibgit2", providers: [.apt(["libgit2-dev"])]),

        library(
            "CairnTestSupport",
            [
                "CairnCommands", "CairnDeploy", "CairnNginx", "CairnStore", "CairnCatalog", "CairnCore", "DockerEngine",
                nio, nioPosix, nioHTTP1, logging, system, subprocess,
            ]),
        tests("CairnCore"),
        tests("CairnStore", ["CairnCatalog", "CairnCore", grdb]),
        tests("CairnCatalog", ["CairnCore"]),
        tests(
            "CairnDNS",
            [
                "CairnCatalog", "CairnCore", nio, nioPosix, lifecycle, logging, subprocess,
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ]),
        tests(
            "CairnConsul",
            [
                "CairnStore", "CairnCatalog", "CairnCore", hummingbird, httpTypes, nio, nioPosix, nioHTTP1, lifecycle,
                logging, subprocess, system,
            ]),
        tests(
            "CairnChecks",
            [
                "CairnCatalog", "CairnCore", "DockerEngine", httpClient, nio, nioPosix, nioHTTP1, nioHTTP2, nioHPACK,
                nioSSL, lifecycle, logging, subprocess,
            ]),
        tests(
            "CairnBackends",
            [
                "CairnCatalog", "CairnFiles", "CairnCore", httpClient, nio, nioHTTP1, nioPosix, nioSSL, lifecycle,
                logging, subprocess, system,
            ]),
        tests("DockerEngine", [nio]),
        tests("LibGit", ["CairnCore", subprocess]),
        tests("CairnBuild", ["CairnCore", "DockerEngine", "LibGit", nio, subprocess]),
        tests("CairnFiles", ["CairnCore", system]),
        tests("CairnNginx", ["CairnFiles", "CairnCore", subprocess, system]),
        tests("CairnDiscovery", ["CairnStore", "CairnCatalog", "CairnCore", "DockerEngine"]),
        tests("CairnPlugins", ["CairnStore", "CairnCatalog", "CairnCore"]),
        tests("CairnDeploy", ["CairnBuild", "CairnStore", "CairnCore", "CairnDiscovery", "DockerEngine", subprocess]),
        tests("CairnReceive", ["CairnStore", "CairnCore"]),
        tests("CairnCommands", ["CairnStore", "CairnCore"]),
        tests("CairnDaemon", ["CairnStore", "CairnCatalog", "CairnCore", "DockerEngine"]),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["CairnTestSupport", "CairnStore", "CairnCore", "DockerEngine", subprocess, system],
            swiftSettings: swiftSettings),
    ]
)
