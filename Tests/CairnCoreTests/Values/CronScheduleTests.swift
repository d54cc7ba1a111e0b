import CairnCore
import Testing

@Suite("Cron schedules")
struct CronScheduleTests {
    @Test(
        "When it is due",
        arguments: [
            // The 15th of June 2026, a Monday, at 10:30, unless said otherwise.
            ("* * * * *", 30, 10, 15, 6, 1, true), ("*/5 * * * *", 30, 10, 15, 6, 1, true),
            ("*/7 * * * *", 30, 10, 15, 6, 1, false),
            ("0 0 * * *", 0, 0, 1, 1, 4, true), ("@daily", 0, 0, 1, 1, 4, true), ("@daily", 1, 0, 1, 1, 4, false),
            ("@hourly", 0, 17, 1, 1, 4, true), ("@weekly", 0, 0, 4, 1, 0, true), ("@monthly", 0, 0, 1, 3, 0, true),
            ("@yearly", 0, 0, 1, 2, 0, false), ("15,30,45 9-17 * jun mon-fri", 30, 10, 15, 6, 1, true),
            ("30 10 * * 7", 30, 10, 14, 6, 0, true), ("30 10 * * SUN", 30, 10, 14, 6, 0, true),
            ("10-40/10 * * * *", 30, 1, 1, 1, 1, true),
            // Either kind of day suffices when both are restricted, both are needed otherwise.
            ("30 10 1 * 1", 30, 10, 15, 6, 1, true), ("30 10 15 * 3", 30, 10, 15, 6, 1, true),
            ("30 10 1 * 3", 30, 10, 15, 6, 1, false),
            ("30 10 */2 * 1", 30, 10, 15, 6, 1, true), ("30 10 */2 * 1", 30, 10, 16, 6, 1, false),
        ])
    func matches(text: String, minute: Int, hour: Int, day: Int, month: Int, weekday: Int, expected: Bool) throws {
        let schedule = try CronSchedule(parsing: text)
        #expect(
            schedule.matches(minute: minute, hour: hour, day: day, month: month, weekday: weekday) == expected)
        #expect(schedule.description == text)
    }

    @Test(
        "What no schedule is",
        arguments: [
            "", "*", "* * * *", "* * * * * *", "0 * * * * *", "@reboot", "@every 1h", "@Daily", "60 * * * *",
            "* 24 * * *", "* * 0 * *",
            "* * 32 * *", "* * * 13 *", "* * * 0 *", "* * * * 8", "*/0 * * * *", "*/60 * * * *", "5-1 * * * *",
            "1- * * * *", "-1 * * * *", "1,,2 * * * *",
            "a * * * *", "1/5 * * * *", "* * * * mo", "* * * * *\n* * * * * x", "*\r * * * *", "% * * * *",
            "TZ=UTC * * * * *", "1--2 * * * *", "+1 * * * *",
        ])
    func refuses(text: String) {
        let error = refusal(.invalidValue) { try CronSchedule(parsing: text) }
        #expect(error?.hint?.contains("*/5 * * * *") == true)
    }
}
