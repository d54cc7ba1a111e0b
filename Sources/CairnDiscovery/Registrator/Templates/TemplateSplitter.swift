import CairnCore

/// Cuts a template into text and actions: <https://pkg.go.dev/text/template#hdr-Text_and_spaces>.
struct TemplateSplitter {
    enum Piece {
        case text(String)
        /// What stands between the braces, and where in the template.
        case action([Unicode.Scalar], at: Int)
    }

    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func pieces() throws(CairnError) -> [Piece] {
        var pieces: [Piece] = []
        var trimsNext = false
        while position < scalars.count {
            let start = position
            while position < scalars.count, !isAt("{{", position) { position += 1 }
            var text = scalars[start..<position]
            if trimsNext { text = text.drop(while: \.properties.isWhitespace) }
            guard position < scalars.count else {
                if !text.isEmpty { pieces.append(.text(String(text))) }
                break
            }
            let action = try action()
            if action.trimsLeft { while text.last?.properties.isWhitespace == true { text.removeLast() } }
            if !text.isEmpty { pieces.append(.text(String(text))) }
            if !action.isComment { pieces.append(.action(action.content, at: action.start)) }
            trimsNext = action.trimsRight
        }
        return pieces
    }

    private struct Action {
        var content: [Unicode.Scalar]
        var start: Int
        var trimsLeft: Bool
        var trimsRight: Bool
        var isComment: Bool
    }

    private mutating func action() throws(CairnError) -> Action {
        let opening = position
        position += 2
        let trimsLeft = isAt("-", position) && isBlank(position + 1)
        if trimsLeft { position += 2 }
        let start = position
        let isComment = isAt("/*", position)
        var quote: Unicode.Scalar?
        while position < scalars.count {
            if isComment {
                if isAt("*/", position),
                    isAt("}}", position + 2) || (isBlank(position + 2) && isAt("-}}", position + 3))
                {
                    position += 2
                    break
                }
            } else if let open = quote {
                if scalars[position] == "\\", open == "\"" {
                    position += 1
                } else if scalars[position] == open {
                    quote = nil
                }
            } else if scalars[position] == "\"" || scalars[position] == "`" {
                quote = scalars[position]
            } else if isAt("}}", position) || (isBlank(position) && isAt("-}}", position + 1)) {
                break
            }
            position += 1
        }
        let end = min(position, scalars.count)
        let trimsRight = isBlank(position) && isAt("-}}", position + 1)
        if trimsRight { position += 2 }
        guard isAt("}}", position) else {
            throw TagTemplate.error("'{{' has no '}}'", at: opening)
        }
        position += 2
        return Action(
            content: Array(scalars[start..<end]), start: start, trimsLeft: trimsLeft, trimsRight: trimsRight,
            isComment: isComment)
    }

    private func isAt(_ text: String, _ place: Int) -> Bool {
        scalars.dropFirst(place).starts(with: text.unicodeScalars)
    }

    private func isBlank(_ place: Int) -> Bool {
        place < scalars.count && scalars[place].properties.isWhitespace
    }
}

extension String {
    init(_ scalars: ArraySlice<Unicode.Scalar>) {
        self.init()
        unicodeScalars.append(contentsOf: scalars)
    }
}
