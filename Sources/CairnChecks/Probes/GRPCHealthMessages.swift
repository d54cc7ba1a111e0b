/// The messages of the health protocol, https://github.com/grpc/grpc/blob/master/doc/health-checking.md: one field each,
/// so they are written and read here by hand.
enum GRPCHealthMessages {
    /// `HealthCheckResponse.ServingStatus`.
    enum ServingStatus: UInt64 {
        case unknown = 0
        case serving = 1
        case notServing = 2
        case serviceUnknown = 3

        var name: String {
            switch self {
            case .unknown: "UNKNOWN"
            case .serving: "SERVING"
            case .notServing: "NOT_SERVING"
            case .serviceUnknown: "SERVICE_UNKNOWN"
            }
        }
    }

    /// A `HealthCheckRequest` with gRPC's prefix: a byte that says it is not compressed, and four for its length.
    static func request(service: String) -> [UInt8] {
        var message: [UInt8] = []
        if !service.isEmpty {
            // Field 1, wire type 2 (length-delimited).
            message.append(0x0A)
            message += varint(UInt64(service.utf8.count))
            message += service.utf8
        }
        let length = UInt32(message.count)
        return [0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + message
    }

    /// The status in a `HealthCheckResponse` with gRPC's prefix; nil when it is not one.
    static func status(of bytes: [UInt8]) -> ServingStatus? {
        guard bytes.count >= 5, bytes[0] == 0 else { return nil }
        let length = bytes[1..<5].reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= 5 + length else { return nil }
        var rest = bytes[5..<(5 + length)]
        // A field with its default value is left out (proto3).
        var status: UInt64 = 0
        while !rest.isEmpty {
            guard let tag = readVarint(&rest) else { return nil }
            switch (tag >> 3, tag & 7) {
            case (1, 0):
                guard let value = readVarint(&rest) else { return nil }
                status = value
            case (_, 0): if readVarint(&rest) == nil { return nil }
            case (_, 1): if !skip(8, &rest) { return nil }
            case (_, 2):
                guard let count = readVarint(&rest), count <= UInt64(rest.count), skip(Int(count), &rest) else {
                    return nil
                }
            case (_, 5): if !skip(4, &rest) { return nil }
            default: return nil
            }
        }
        return ServingStatus(rawValue: status)
    }

    private static func skip(_ count: Int, _ bytes: inout ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= count else { return false }
        bytes.removeFirst(count)
        return true
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var value = value
        var bytes: [UInt8] = []
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }

    private static func readVarint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
