/// When a cron task runs: five fields as in crontab(5), or a name such as `@daily`.
public struct CronSchedule: Hashable, Sendable, CustomStringConvertible, Codable {
    /// As written.
    public let rawValue: String
    private let minutes: CronField
    private let hours: CronField
    private let days: CronField
    private let months: CronField
    private let weekdays: CronField

    /// - Throws: `E-INVALID-VALUE` for anything but five valid fields or one of `@hourly`, `@daily`, `@midnight`,
    ///   `@weekly`, `@monthly`, `@yearly` and `@annually`.
    public init(parsing text: String) throws(CairnError) {
        guard text.utf8.count <= 256, !text.unicodeScalars.contains(where: \.isHidden) else {
            throw Self.error(text, "it is one short line")
        }
        rawValue = text.trimmingBlanks
        let fields = (Self.names[rawValue] ?? rawValue).unicodeScalars.split { $0.isBlank }.map { String($0) }
        guard rawValue.utf8.first != UInt8(ascii: "@") || Self.names[rawValue] != nil else {
            throw Self.error(text, "the names are \(Self.names.keys.sorted().joined(separator: ", "))")
        }
        guard fields.count == 5 else {
            throw Self.error(text, "it has \(fields.count) field\(fields.count == 1 ? "" : "s"), not five")
        }
        minutes = try Self.field(fields[0], text, "minute", 0...59)
        hours = try Self.field(fields[1], text, "hour", 0...23)
        days = try Self.field(fields[2], text, "day of the month", 1...31)
        months = try Self.field(fields[3], text, "month", 1...12, names: Self.monthNames)
        weekdays = try Self.field(fields[4], text, "day of the week", 0...7, names: Self.dayNames)
    }

    /// Whether a task is due in that minute.
    ///
    /// Where both kinds of day are restricted, either suffices, as crontab(5) says. Weekday 0 is Sunday.
    public func matches(minute: Int, hour: Int, day: Int, month: Int, weekday: Int) -> Bool {
        guard minutes.contains(minute), hours.contains(hour), months.contains(month) else { return false }
        let isDay = days.contains(day)
        let isWeekday = weekdays.contains(weekday) || (weekday == 0 && weekdays.contains(7))
        return days.isStar || weekdays.isStar ? isDay && isWeekday : isDay || isWeekday
    }

    public var description: String { rawValue }

    public init(from decoder: any Decoder) throws {
        try self.init(parsing: decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    private static let names = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]
    private static let monthNames = [
        "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
        "dec": 12,
    ]
    private static let dayNames = ["sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6]

    private static func field(
        _ field: String, _ text: String, _ name: String, _ range: ClosedRange<Int>, names: [String: Int] = [:]
    ) throws(CairnError) -> CronField {
        guard let parsed = CronField(field, range: range, names: names) else {
            throw error(text, "'\(field)' is not valid for the \(name), \(range.lowerBound) to \(range.upperBound)")
        }
        return parsed
    }

    private static func error(_ text: String, _ reason: String) -> CairnError {
        CairnError(
            .invalidValue, "'\(text.excerpt())' is not a cron schedule: \(reason)",
            hint: "Write minute, hour, day, month and weekday, such as '*/5 * * * *', or a name such as '@daily'.")
    }
}

/// One field: lists of `*`, numbers, ranges and steps.
private struct CronField: Hashable, Sendable {
    /// Bit n is set when n is in the field; no field goes beyond 59.
    private var bits: UInt64 = 0
    /// Whether it begins with a star, which is what crontab(5) means by unrestricted.
    let isStar: Bool

    init?(_ text: String, range: ClosedRange<Int>, names: [String: Int]) {
        isStar = text.utf8.first == UInt8(ascii: "*")
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            var step = 1
            if halves.count == 2 {
                guard let given = Self.number(halves[1], names: [:]), given > 0, given <= range.upperBound else {
                    return nil
                }
                step = given
            }
            guard let span = Self.span(halves[0], range: range, names: names) else { return nil }
            // A step after a single number would mean nothing to some crons and everything up to the end to others.
            guard step == 1 || halves[0] == "*" || span.count > 1 else { return nil }
            for number in stride(from: span.lowerBound, through: span.upperBound, by: step) {
                bits |= 1 << UInt64(number)
            }
        }
    }

    func contains(_ number: Int) -> Bool { (0..<64).contains(number) && bits & 1 << UInt64(number) != 0 }

    private static func span(_ text: Substring, range: ClosedRange<Int>, names: [String: Int]) -> ClosedRange<Int>? {
        if text == "*" { return range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = ends.first, let low = number(first, names: names), let last = ends.last,
            let high = number(last, names: names), low <= high, range.contains(low), range.contains(high)
        else { return nil }
        return low...high
    }

    private static func number(_ text: Substring, names: [String: Int]) -> Int? {
        if let number = names[text.lowercased()] { return number }
        guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return Int(text)
    }
}
