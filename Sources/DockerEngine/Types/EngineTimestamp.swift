/// A moment as the engine writes it: RFC 3339 with up to nanoseconds, as in `2026-01-31T10:20:30.123456789Z`.
public struct EngineTimestamp: Hashable, Sendable, Comparable {
    /// Whole seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64
    /// Nanoseconds after `seconds`, from 0 to 999,999,999.
    public let nanoseconds: Int32

    /// Makes a moment from seconds since 1970 and nanoseconds after them.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Reads RFC 3339. Nil for other text and for the year 1, which the engine writes for "never".
    public init?(rfc3339 text: String) {
        guard let fields = RFC3339Fields(text), fields.year > 1 else { return nil }
        self.init(seconds: fields.secondsSinceEpoch, nanoseconds: fields.nanoseconds)
    }

    /// The form the `since` and `until` query items take: `seconds.nanoseconds`.
    public var queryValue: String {
        guard nanoseconds > 0 else { return "\(seconds)" }
        let digits = String(nanoseconds)
        return "\(seconds)." + String(repeating: "0", count: 9 - digits.count) + digits
    }

    /// Orders by time.
    public static func < (left: EngineTimestamp, right: EngineTimestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// The numbers of an RFC 3339 date-time.
private struct RFC3339Fields {
    var year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0
    var nanoseconds: Int32 = 0
    var offsetMinutes = 0

    init?(_ text: String) {
        var rest = Substring(text)
        guard
            let year = Self.number(&rest, digits: 4), Self.skip(&rest, "-"),
            let month = Self.number(&rest, digits: 2), Self.skip(&rest, "-"),
            let day = Self.number(&rest, digits: 2), Self.skip(&rest, "T"),
            let hour = Self.number(&rest, digits: 2), Self.skip(&rest, ":"),
            let minute = Self.number(&rest, digits: 2), Self.skip(&rest, ":"),
            let second = Self.number(&rest, digits: 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
        guard readFraction(&rest), readOffset(&rest), rest.isEmpty else { return nil }
    }

    var secondsSinceEpoch: Int64 {
        Int64(daysSinceEpoch) * 86_400 + Int64(hour * 3_600 + (minute - offsetMinutes) * 60 + second)
    }

    /// Days in the Gregorian calendar, counting years from March so that the leap day is the last of its year.
    private var daysSinceEpoch: Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    private mutating func readFraction(_ rest: inout Substring) -> Bool {
        guard Self.skip(&rest, ".") else { return true }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 9, let value = Int32(digits) else { return false }
        rest.removeFirst(digits.count)
        nanoseconds = (digits.count..<9).reduce(value) { value, _ in value * 10 }
        return true
    }

    private mutating func readOffset(_ rest: inout Substring) -> Bool {
        if Self.skip(&rest, "Z") { return true }
        guard let sign = rest.popFirst(), sign == "+" || sign == "-",
            let hours = Self.number(&rest, digits: 2), Self.skip(&rest, ":"),
            let minutes = Self.number(&rest, digits: 2)
        else { return false }
        offsetMinutes = (sign == "-" ? -1 : 1) * (hours * 60 + minutes)
        return true
    }

    private static func skip(_ rest: inout Substring, _ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    private static func number(_ rest: inout Substring, digits: Int) -> Int? {
        let text = rest.prefix(digits)
        guard text.count == digits, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        rest.removeFirst(digits)
        return Int(text)
    }
}

extension KeyedDecodingContainer {
    /// A moment that may be missing, empty or "never".
    func timestamp(_ key: Key) throws -> EngineTimestamp? {
        try decodeIfPresent(String.self, forKey: key).flatMap(EngineTimestamp.init(rfc3339:))
    }
}
