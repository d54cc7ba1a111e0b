import CairnCore
import DockerEngine

/// The names and ids of services.
enum ServiceNaming {
    /// The name of a container's services when it gives none: the last part of its image's name.
    ///
    /// An image can be named by its content only; then one of its tags counts, else what compose calls the container,
    /// else the container's name.
    static func defaultName(of container: ContainerInspect, imageTags: [String], isStrict: Bool) -> String {
        let image = container.config.image
        if isStrict { return String(lastPart(of: image).prefix { $0 != ":" }) }
        if !isDigest(image, of: container) { return base(of: image) }
        if let tag = imageTags.sorted().first, !base(of: tag).isEmpty { return base(of: tag) }
        let service = container.config.labels["com.docker.compose.service"] ?? ""
        return service.isEmpty || service.unicodeScalars.contains(where: \.isControl) ? container.name : service
    }

    /// The image's name without registry, owner, tag and digest.
    private static func base(of image: String) -> String {
        String(lastPart(of: String(image.prefix { $0 != "@" })).prefix { $0 != ":" })
    }

    private static func lastPart(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }

    private static func isDigest(_ image: String, of container: ContainerInspect) -> Bool {
        if image.isEmpty || image.hasPrefix("sha256:") { return true }
        return image.utf8.count >= 7 && container.image.hasPrefix("sha256:" + image)
    }

    /// The tags in a list that is divided by commas; `\,` is a comma.
    static func tags(in list: String) -> [String] {
        var tags: [String] = []
        var current = ""
        var isEscaped = false
        for character in list {
            if character == ",", !isEscaped {
                tags.append(current)
                current = ""
            } else {
                if isEscaped, character != "," { current.append("\\") }
                if character != "\\" || isEscaped { current.append(character) }
            }
            isEscaped = character == "\\" && !isEscaped
        }
        if isEscaped { current.append("\\") }
        return (tags + [current]).filter { !$0.isEmpty }
    }
}
