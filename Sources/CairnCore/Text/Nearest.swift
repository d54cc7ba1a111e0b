/// Guesses what somebody meant who mistyped a word.
public enum Nearest {
    /// The candidate with the fewest slips from `word` (a letter missing, added, wrong, or two swapped: the distance of
    /// Damerau and Levenshtein in its restricted form); the first in order where several are as near. Nil when none is
    /// near enough: more than a third of the word would have to be wrong.
    public static func match(for word: String, in candidates: some Sequence<String>) -> String? {
        let typed = Array(word.unicodeScalars)
        guard (1...64).contains(typed.count) else { return nil }
        let tolerance = max(1, typed.count / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let scalars = Array(candidate.unicodeScalars)
            guard abs(scalars.count - typed.count) <= tolerance else { continue }
            let distance = distance(typed, scalars)
            guard distance <= tolerance, distance < scalars.count, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.candidate
    }

    /// Three rows of the usual table suffice: a swap looks back by two.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (letter == other ? 0 : 1)
                var cost = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            beforePrevious = previous
            previous = current
        }
        return previous.last ?? 0
    }
}
