import Foundation

/// A time as commands print it: RFC 3339 in UTC, to the second.
struct Timestamp {
    let text: String
    init(_ date: Date) { text = date.formatted(.iso8601) }
    init(secondsSince1970 seconds: Int) { self.init(Date(timeIntervalSince1970: Double(seconds))) }
}
