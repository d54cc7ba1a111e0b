import Testing

@testable import CairnDaemon

@Suite("The memory of the program")
struct ProgramMemoryTests {
    @Test("Only the program's own code is given back: no data, no library, no other program of that name")
    func code() {
        let map = """
            00400000-03713000 r-xp 00000000 fe:00 16229162                           /usr/bin/cairn
            03714000-03880000 r--p 03313000 fe:00 16229162                           /usr/bin/cairn
            03880000-05e33000 rw-p 0347f000 fe:00 16229162                           /usr/bin/cairn
            7feb00000000-7feb00021000 rw-p 00000000 00:00 0
            7feb62428000-7feb6257e000 r-xp 00026000 fe:00 132301                     /usr/lib/libc.so.6
            7feb63000000-7feb63001000 r-xp 00000000 fe:00 7                          /tmp/usr/bin/cairn
            7ffe1a5f2000-7ffe1a5f4000 r-xp 00000000 00:00 0                          [vdso]
            """
        #expect(ProgramMemoryService.code(of: "/usr/bin/cairn", in: map) == [0x40_0000..<0x371_3000])
        #expect(
            ProgramMemoryService.code(of: "/usr/bin/cairn", in: "nonsense\n1-2 r-xp 0 0 0 /usr/bin/cairn\n3-").count
                == 1)
    }
}
