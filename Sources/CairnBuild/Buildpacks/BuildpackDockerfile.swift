import CairnCore

/// The Dockerfile that a build by buildpacks is: text, from what the build needs.
///
/// The context has the source in `source/`, the buildpacks in `buildpacks/`, what Cairn says about the build in `cairn/`,
/// the programs of the running image in `run/`, and further authorities in `ca/`. All of it is mounted, not copied: no
/// layer has it, and no part of it reaches the image but `/app` and what the buildpacks' `bin/release` say.
struct BuildpackDockerfile: Sendable, Equatable {
    /// The names of the stages, by which the progress of a build tells what runs.
    enum Stage {
        static let buildPackages = "build-packages"
        static let build = "build"
        static let runPackages = "run-packages"
        static let run = "run"
    }

    var buildImage: String
    var runImage: String
    /// Debian packages that the buildpacks ask for.
    var buildPackages: [String] = []
    var runPackages: [String] = []
    var cacheID: String
    var hasAuthorities = false
    /// Whether the images are those of Cairn's own stack, which have the user already.
    var isOwnStack = true

    /// Whose files `/app` are, and who runs the app.
    static let user = "1000:1000"

    var text: String {
        let parts = [
            stage(buildImage, Stage.buildPackages, buildPackages), buildStage,
            stage(runImage, Stage.runPackages, runPackages), runStage,
        ]
        return parts.joined(separator: "\n")
    }

    private func stage(_ image: String, _ name: String, _ packages: [String]) -> String {
        var lines = ["FROM \(image) AS \(name)"]
        if !isOwnStack { lines.append("USER root") }
        if !packages.isEmpty {
            var options = "--yes --no-install-recommends"
            var mount = ""
            if hasAuthorities {
                mount = "--mount=type=bind,source=ca,target=/cairn/ca "
                options += " -o Acquire::https::CAInfo=/cairn/ca/ca.pem"
            }
            let update = hasAuthorities ? "apt-get -o Acquire::https::CAInfo=/cairn/ca/ca.pem update" : "apt-get update"
            lines.append(
                "RUN \(mount)\(update) && DEBIAN_FRONTEND=noninteractive apt-get install \(options)"
                    + " \(Set(packages).sorted().joined(separator: " "))"
                    // A base that Debian's own settings for images are not in keeps archives and indices in /var/cache.
                    + " && apt-get clean && rm -rf /var/lib/apt/lists/*")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var buildStage: String {
        let mounts = [
            "type=bind,source=cairn,target=/cairn/in", "type=bind,source=source,target=/cairn/source",
            "type=bind,source=buildpacks,target=/cairn/buildpacks",
            "type=cache,id=\(cacheID),target=/cache,sharing=locked", "type=tmpfs,target=/env",
        ]
        return """
            FROM \(Stage.buildPackages) AS \(Stage.build)
            RUN \(mounts.map { "--mount=\($0)" }.joined(separator: " ")) \
            ["/cairn/in/bin/build", "/cairn/in", "/cairn/source", "/cairn/buildpacks"]

            """
    }

    private var runStage: String {
        var lines = ["FROM \(Stage.runPackages) AS \(Stage.run)"]
        if !isOwnStack {
            lines.append(
                "RUN getent passwd 1000 >/dev/null || useradd --uid 1000 --user-group --home-dir /app --no-create-home"
                    + " --shell /bin/bash app")
        }
        lines += [
            "COPY run /",
            "COPY --from=\(Stage.build) --chown=\(Self.user) /app /app",
            "COPY --from=\(Stage.build) /cairn/out /cairn/out",
            "ENV HOME=/app",
            "WORKDIR /app",
            "USER \(Self.user)",
            "ENTRYPOINT []",
            "CMD [\"/start\", \"web\"]",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
