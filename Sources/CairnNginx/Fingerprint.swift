/// Names files by their content. It guards against nothing but confusion: whoever reads the file compares it as well.
enum Fingerprint {
    /// 64-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) as 16 hexadecimal digits.
    static func of(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
