import CairnCore
import Testing

@testable import CairnPlugins

@Suite("The table of contents of an archive")
struct ArchiveListingTests {
    @Test func clean() throws {
        try ArchiveListing.check(
            """
            drwxr-xr-x 0/0               0 2026-01-31 12:00 plugin/
            -rwxr-xr-x 1000/1000       120 2026-01-31 12:00 plugin/a file with blanks
            lrwxrwxrwx 0/0               0 2026-01-31 12:00 plugin/post-deploy -> commands
            hrw-r--r-- 0/0               0 2026-01-31 12:00 plugin/b link to plugin/a
            """)
    }

    @Test(
        arguments: [
            ("-rw-r--r-- 0/0 1 2026-01-31 12:00 ../escape", "leads out"),
            ("-rw-r--r-- 0/0 1 2026-01-31 12:00 /etc/cron.d/x", "leads out"),
            ("-rw-r--r-- 0/0 1 2026-01-31 12:00 a/../../x", "leads out"),
            ("hrw-r--r-- 0/0 0 2026-01-31 12:00 a link to ../../etc/shadow", "leads out"),
            ("-rw-rw-rw- 0/0 1 2026-01-31 12:00 a", "everybody may write"),
            ("crw-r--r-- 0/0 1,3 2026-01-31 12:00 null", "no file"),
            ("prw-r--r-- 0/0 0 2026-01-31 12:00 pipe", "no file"),
            ("-rw-r--r-- 0/0 900000000 2026-01-31 12:00 big", "unpacks to more"),
            ("-rw-r--r-- 0/0 400000000 2026-01-31 12:00 a\n-rw-r--r-- 0/0 400000000 2026-01-31 12:00 b", "unpacks"),
        ])
    func refused(listing: String, reason: String) {
        let error = #expect(throws: CairnError.self) { try ArchiveListing.check(listing) }
        #expect(error?.code == .pluginRefused && error?.message.contains(reason) == true)
    }
}
