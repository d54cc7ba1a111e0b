/// How the engine itself checks a container, as Dockerfile's `HEALTHCHECK` says it. Nil times are the image's or the
/// engine's defaults.
public struct Healthcheck: Sendable, Hashable {
    /// `["NONE"]` for no check, `["CMD", …]` for a program with arguments, `["CMD-SHELL", line]` for a shell line;
    /// empty inherits the image's.
    public var test: [String]
    /// The time between two checks.
    public var interval: Duration?
    /// How long one check may take.
    public var timeout: Duration?
    /// How long failures after the start do not count.
    public var startPeriod: Duration?
    /// How many failures in a row make a container unhealthy.
    public var retries: Int?

    /// Makes a check.
    public init(
        test: [String], interval: Duration? = nil, timeout: Duration? = nil, startPeriod: Duration? = nil,
        retries: Int? = nil
    ) {
        self.test = test
        self.interval = interval
        self.timeout = timeout
        self.startPeriod = startPeriod
        self.retries = retries
    }
}

extension Healthcheck: Codable {
    private enum CodingKeys: String, CodingKey {
        case test = "Test", interval = "Interval", timeout = "Timeout", startPeriod = "StartPeriod", retries = "Retries"
    }

    /// Reads the engine's form, where times are nanoseconds and 0 means "inherited".
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func duration(_ key: CodingKeys) throws -> Duration? {
            try values.decodeIfPresent(Int64.self, forKey: key).flatMap { $0 == 0 ? nil : .nanoseconds($0) }
        }
        test = try values.value(.test, default: [])
        interval = try duration(.interval)
        timeout = try duration(.timeout)
        startPeriod = try duration(.startPeriod)
        retries = try values.decodeIfPresent(Int.self, forKey: .retries).flatMap { $0 == 0 ? nil : $0 }
    }

    /// Writes the engine's form.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeNonEmpty(test, forKey: .test)
        try values.encodeIfPresent(interval?.wholeNanoseconds, forKey: .interval)
        try values.encodeIfPresent(timeout?.wholeNanoseconds, forKey: .timeout)
        try values.encodeIfPresent(startPeriod?.wholeNanoseconds, forKey: .startPeriod)
        try values.encodeIfPresent(retries, forKey: .retries)
    }
}

extension Duration {
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
