/// Reads a regular expression as Go's `regexp` does: alternatives, groups, classes, the quantifiers `* + ? {n,m}`, anchors,
/// `\d \w \s \b`, and `(?i)` at the beginning.
struct PatternParser {
    private indirect enum Node {
        case empty
        case single(Pattern.Instruction)
        case sequence([Node])
        case either(Node, Node)
        case repeated(Node, Int, Int?)
    }

    private static let maximumDepth = 32
    private static let maximumRepeat = 200

    private var rest: ArraySlice<Unicode.Scalar>
    private var ignoresCase = false
    private var depth = 0
    private var instructions: [Pattern.Instruction] = []

    init(_ text: String) throws(FilterError) {
        guard text.utf8.count <= Pattern.maximumLength else {
            throw FilterError("the regular expression is longer than \(Pattern.maximumLength) bytes")
        }
        rest = Array(text.unicodeScalars)[...]
    }

    mutating func program() throws(FilterError) -> [Pattern.Instruction] {
        if rest.starts(with: "(?i)".unicodeScalars) {
            rest.removeFirst(4)
            ignoresCase = true
        }
        let node = try alternatives()
        guard rest.isEmpty else { throw FilterError("the regular expression has an unexpected )") }
        try emit(node)
        try append(.match)
        return instructions
    }

    // MARK: Reading

    private mutating func alternatives() throws(FilterError) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw FilterError("the regular expression is nested too deeply") }
        var node = try sequence()
        while rest.first == "|" {
            rest.removeFirst()
            node = .either(node, try sequence())
        }
        return node
    }

    private mutating func sequence() throws(FilterError) -> Node {
        var nodes: [Node] = []
        while let scalar = rest.first, scalar != "|", scalar != ")" {
            var node = try atom()
            while let (low, high) = try quantifier() {
                node = .repeated(node, low, high)
                // Whether as few or as many as can be are taken makes no difference to whether there is a match.
                if rest.first == "?" { rest.removeFirst() }
            }
            nodes.append(node)
        }
        return nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func quantifier() throws(FilterError) -> (Int, Int?)? {
        switch rest.first {
        case "*":
            rest.removeFirst()
            return (0, nil)
        case "+":
            rest.removeFirst()
            return (1, nil)
        case "?":
            rest.removeFirst()
            return (0, 1)
        case "{": return try counts()
        default: return nil
        }
    }

    /// `{n}`, `{n,}` or `{n,m}`; a brace that begins nothing of the kind is itself.
    private mutating func counts() throws(FilterError) -> (Int, Int?)? {
        guard let end = rest.firstIndex(of: "}") else { return nil }
        let text = String(String.UnicodeScalarView(rest[(rest.startIndex + 1)..<end]))
        let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard let low = Int(parts[0]) else { return nil }
        var high: Int? = low
        if parts.count > 1 {
            high = Int(parts[1])
            guard high != nil || parts[1].isEmpty else { return nil }
        }
        guard low >= 0, max(low, high ?? low) <= Self.maximumRepeat, low <= high ?? low else {
            throw FilterError("the regular expression repeats something too often")
        }
        rest = rest[(end + 1)...]
        return (low, high)
    }

    private mutating func atom() throws(FilterError) -> Node {
        guard let scalar = rest.popFirst() else { return .empty }
        switch scalar {
        case "(": return try group()
        case "[": return .single(.scalar(try characterClass()))
        case ".": return .single(.scalar(.notNewline))
        case "^": return .single(.textStart)
        case "$": return .single(.textEnd)
        case "\\": return .single(try escape())
        case "*", "+", "?": throw FilterError("the regular expression repeats nothing with \(scalar)")
        default: return .single(.scalar(literal(scalar)))
        }
    }

    private mutating func group() throws(FilterError) -> Node {
        if rest.starts(with: "?:".unicodeScalars) {
            rest.removeFirst(2)
        } else if rest.starts(with: "?P<".unicodeScalars) {
            guard let end = rest.firstIndex(of: ">") else { throw FilterError("a group's name does not end") }
            rest = rest[(end + 1)...]
        } else if rest.first == "?" {
            throw FilterError("the regular expression has a group of an unsupported kind")
        }
        let node = try alternatives()
        guard rest.popFirst() == ")" else { throw FilterError("the regular expression lacks a )") }
        return node
    }

    private mutating func escape() throws(FilterError) -> Pattern.Instruction {
        guard let scalar = rest.popFirst() else { throw FilterError("the regular expression ends with a backslash") }
        switch scalar {
        case "b": return .wordBoundary(isNot: false)
        case "B": return .wordBoundary(isNot: true)
        case "A": return .textStart
        case "z": return .textEnd
        default: return .scalar(try escaped(scalar))
        }
    }

    private func escaped(_ scalar: Unicode.Scalar) throws(FilterError) -> ScalarSet {
        switch scalar {
        case "d": return .digit
        case "D": return ScalarSet.digit.inverted
        case "w": return .word
        case "W": return ScalarSet.word.inverted
        case "s": return .space
        case "S": return ScalarSet.space.inverted
        case "n": return literal("\n")
        case "t": return literal("\t")
        case "r": return literal("\r")
        case _ where !ScalarSet.word.contains(scalar): return literal(scalar)
        default: throw FilterError("the regular expression has the unknown escape \\\(scalar)")
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> ScalarSet {
        let set = ScalarSet(ranges: [scalar.value...scalar.value])
        return ignoresCase ? set.ignoringCase : set
    }

    private mutating func characterClass() throws(FilterError) -> ScalarSet {
        var set = ScalarSet(ranges: [])
        if rest.first == "^" {
            rest.removeFirst()
            set.isInverted = true
        }
        var isFirst = true
        while let scalar = rest.popFirst() {
            if scalar == "]" && !isFirst { return ignoresCase ? set.ignoringCase : set }
            isFirst = false
            if scalar == "\\", let next = rest.popFirst() {
                let inner = try escaped(next)
                guard !inner.isInverted else { throw FilterError("a class cannot hold \\\(next)") }
                set.ranges += inner.ranges
            } else {
                set.ranges.append(try range(from: scalar))
            }
        }
        throw FilterError("the regular expression lacks a ]")
    }

    private mutating func range(from low: Unicode.Scalar) throws(FilterError) -> ClosedRange<UInt32> {
        guard rest.first == "-", let high = rest.dropFirst().first, high != "]" else { return low.value...low.value }
        rest.removeFirst(2)
        guard high.value >= low.value, high != "\\" else {
            throw FilterError("a class has a range that runs backwards")
        }
        return low.value...high.value
    }

    // MARK: Writing

    private mutating func append(_ instruction: Pattern.Instruction) throws(FilterError) {
        guard instructions.count < Pattern.maximumProgram else {
            throw FilterError("the regular expression is too large")
        }
        instructions.append(instruction)
    }

    private mutating func emit(_ node: Node) throws(FilterError) {
        switch node {
        case .empty: break
        case .single(let instruction): try append(instruction)
        case .sequence(let nodes): for node in nodes { try emit(node) }
        case .either(let left, let right):
            let split = instructions.count
            try append(.split(split + 1, 0))
            try emit(left)
            let jump = instructions.count
            try append(.jump(0))
            instructions[split] = .split(split + 1, jump + 1)
            try emit(right)
            instructions[jump] = .jump(instructions.count)
        case .repeated(let node, let low, let high):
            for _ in 0..<low { try emit(node) }
            if let high { for _ in low..<high { try emitOptional(node) } } else { try emitLoop(node) }
        }
    }

    private mutating func emitOptional(_ node: Node) throws(FilterError) {
        let split = instructions.count
        try append(.split(split + 1, 0))
        try emit(node)
        instructions[split] = .split(split + 1, instructions.count)
    }

    private mutating func emitLoop(_ node: Node) throws(FilterError) {
        let split = instructions.count
        try append(.split(split + 1, 0))
        try emit(node)
        try append(.jump(split))
        instructions[split] = .split(split + 1, instructions.count)
    }
}
