/// Numbers written with the digits 0-9 and a-z.
enum Base36 {
    /// The bytes as one number, most significant first; each leading zero byte is a leading `0`.
    static func encode(bytes: [UInt8]) -> String {
        var number = Array(bytes.drop { $0 == 0 })
        var digits: [Character] = []
        while !number.isEmpty {
            var remainder = 0
            // Long division by 36, byte for byte.
            for index in number.indices {
                let dividend = remainder << 8 | Int(number[index])
                number[index] = UInt8(dividend / 36)
                remainder = dividend % 36
            }
            digits.append(alphabet[remainder])
            number = Array(number.drop { $0 == 0 })
        }
        digits += bytes.prefix { $0 == 0 }.map { _ in "0" }
        return String(digits.reversed())
    }

    /// The number in exactly `width` digits; what does not fit is cut off at the front.
    static func encode(_ number: UInt64, width: Int) -> String {
        let digits = String(number, radix: 36)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits.suffix(width)
    }

    private static let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz")
}
