public import CairnCore
import Foundation

extension BuildID {
    /// A new id, of this moment.
    public static func now() -> BuildID { BuildID(milliseconds: UInt64(Date().timeIntervalSince1970 * 1000)) }
}
