/// A regular expression that is searched for in time proportional to the text, whatever the expression: it comes from
/// outside, and an engine that backtracks could be kept busy for hours by a short one.
///
/// All threads of a Thompson machine are moved along the text together (https://swtch.com/~rsc/regexp/regexp2.html).
struct Pattern: Sendable {
    enum Instruction: Sendable {
        case scalar(ScalarSet)
        case split(Int, Int)
        case jump(Int)
        case textStart
        case textEnd
        case wordBoundary(isNot: Bool)
        case match
    }

    /// The most bytes of an expression, and the most instructions that it may become.
    static let maximumLength = 512
    static let maximumProgram = 2000

    private let program: [Instruction]

    /// - Throws: What is wrong with the expression.
    init(parsing text: String) throws(FilterError) {
        var parser = try PatternParser(text)
        program = try parser.program()
    }

    /// Whether the expression is found anywhere in the text.
    func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var threads = Threads(count: program.count)
        var next = Threads(count: program.count)
        for position in 0...scalars.count {
            // A match may begin at every place.
            if add(0, to: &threads, scalars, position) { return true }
            guard position < scalars.count else { return false }
            next.removeAll()
            for address in threads.addresses {
                guard case .scalar(let set) = program[address], set.contains(scalars[position]) else { continue }
                if add(address + 1, to: &next, scalars, position + 1) { return true }
            }
            swap(&threads, &next)
        }
        return false
    }

    /// Follows everything that reads nothing. Returns whether that leads to a match.
    private func add(_ start: Int, to threads: inout Threads, _ scalars: [Unicode.Scalar], _ position: Int) -> Bool {
        var pending = [start]
        while let address = pending.popLast() {
            guard threads.insert(address) else { continue }
            switch program[address] {
            case .match: return true
            case .jump(let target): pending.append(target)
            case .split(let first, let second): pending += [second, first]
            case .textStart: if position == 0 { pending.append(address + 1) }
            case .textEnd: if position == scalars.count { pending.append(address + 1) }
            case .wordBoundary(let isNot):
                let before = position > 0 && ScalarSet.word.contains(scalars[position - 1])
                let after = position < scalars.count && ScalarSet.word.contains(scalars[position])
                if (before != after) != isNot { pending.append(address + 1) }
            case .scalar: break
            }
        }
        return false
    }

    /// The places in the program where the machine is, each once.
    private struct Threads {
        private(set) var addresses: [Int] = []
        private var isIn: [Bool]

        init(count: Int) { isIn = [Bool](repeating: false, count: count) }

        mutating func insert(_ address: Int) -> Bool {
            guard !isIn[address] else { return false }
            isIn[address] = true
            addresses.append(address)
            return true
        }

        mutating func removeAll() {
            for address in addresses { isIn[address] = false }
            addresses.removeAll(keepingCapacity: true)
        }
    }
}

/// Characters that one place of an expression stands for.
struct ScalarSet: Sendable {
    var ranges: [ClosedRange<UInt32>]
    var isInverted = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isInverted
    }

    static let digit = ScalarSet(ranges: [0x30...0x39])
    static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a])
    static let space = ScalarSet(ranges: [0x09...0x0d, 0x20...0x20])
    static let notNewline = ScalarSet(ranges: [0x0a...0x0a], isInverted: true)

    var inverted: ScalarSet { ScalarSet(ranges: ranges, isInverted: !isInverted) }

    /// With the other case of every ASCII letter.
    var ignoringCase: ScalarSet {
        var set = self
        for value in UInt32(0x41)...0x5a {
            let isIn = ranges.contains { $0.contains(value) || $0.contains(value + 0x20) }
            if isIn { set.ranges += [value...value, (value + 0x20)...(value + 0x20)] }
        }
        return set
    }
}
