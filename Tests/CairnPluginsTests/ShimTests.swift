import CairnPlugins
import Foundation
import Testing

/// What published plugins find in place of the platform they were written for.
@Suite("The shim")
struct ShimTests {
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let plugins = sources + "/Tests/Fixtures/plugins"

    @Test("Every function and every handler does what plugins rely on")
    func functions() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.sources + "/Tests/Fixtures/shim/run")
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\n")
        process.waitUntilExit()
        #expect(lines.filter { $0.hasPrefix("not ok") } == [])
        #expect(process.terminationStatus == 0)
        #expect(lines.filter { $0.hasPrefix("ok ") }.count > 200)
    }

    @Test("Each function is called by a plugin of the tests", arguments: Contract.functions)
    func functionIsUsed(name: String) throws {
        #expect(try Self.words(in: Self.plugins).contains(name))
    }

    @Test("Each function is tested by itself", arguments: Contract.functions)
    func functionIsTested(name: String) throws {
        #expect(try Self.words(in: Self.sources + "/Tests/Fixtures/shim/cases").contains(name))
    }

    @Test(
        "Each trigger that published plugins have or fire has a handler in a plugin of the tests",
        arguments: Contract.triggers)
    func triggerIsUsed(name: String) throws {
        let plugins = try FileManager.default.contentsOfDirectory(atPath: Self.plugins)
        #expect(plugins.contains { FileManager.default.isExecutableFile(atPath: "\(Self.plugins)/\($0)/\(name)") })
    }

    @Test("Function files are where plugins look for them", arguments: Contract.files)
    func functionFile(path: String) {
        #expect(FileManager.default.isReadableFile(atPath: Self.sources + "/share/shim/core/" + path))
    }

    /// All words of the files of a directory that could be names of functions.
    private static func words(in directory: String) throws -> Set<String> {
        let files = try #require(FileManager.default.enumerator(atPath: directory))
        var words: Set<String> = []
        for case let file as String in files {
            guard let text = try? String(contentsOfFile: "\(directory)/\(file)", encoding: .utf8) else { continue }
            words.formUnion(
                text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-")) }.map(String.init))
        }
        return words
    }
}

/// What published plugins use.
private enum Contract {
    static let functions: [String] = """
        dokku_log_info1 dokku_log_info2 dokku_log_verbose dokku_log_warn dokku_log_fail dokku_log_exclaim
        dokku_log_info1_quiet dokku_log_info2_quiet dokku_log_verbose_quiet dokku_col_log_info1_quiet dokku_col_log_msg
        verify_app_name dokku_apps is_deployed fn-in-array has_tty suppress_output dokku_container_log_verbose_quiet
        is_container_status get_app_image_repo get_app_image_name get_deploying_app_image_name get_running_image_tag
        get_app_scheduler is_image_herokuish_based is_image_cnb_based copy_from_image strip_inline_comments dokku_version
        config_get config_set config_unset config_all config_export fn-plugin-property-setup fn-plugin-property-get
        fn-plugin-property-get-default fn-plugin-property-write fn-plugin-property-delete fn-plugin-property-destroy
        fn-plugin-property-clone fn-plugin-property-exists fn-plugin-property-get-all fn-plugin-property-list-add
        fn-plugin-property-list-get fn-plugin-property-list-remove fn-plugin-property-list-get-by-value
        fn-plugin-property-list-length fn-plugin-property-list-remove-by-prefix restart_nginx validate_nginx
        get_nginx_location get_app_domains domains_setup is_app_vhost_enabled is_ssl_enabled fn-nginx-access-log-format
        fn-nginx-access-log-path fn-nginx-error-log-path fn-nginx-computed-access-log-format
        fn-nginx-computed-access-log-path fn-nginx-computed-error-log-path ps_start ps_stop ps_rebuild get_available_port
        is_app_proxy_enabled
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    static let triggers: [String] = """
        commands install dependencies update uninstall user-auth user-auth-service service-list service-action report
        post-create pre-delete post-delete post-app-clone-setup post-app-rename-setup pre-start pre-restore
        pre-receive-app post-extract pre-build pre-deploy core-post-deploy post-deploy docker-args-build docker-args-run
        docker-args-deploy post-domains-update proxy-build-config proxy-type nginx-pre-reload ports-get cron-entries
        cron-write scheduler-deploy scheduler-run scheduler-stop scheduler-logs-failed resource-get-property
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    static let files: [String] = """
        common/functions common/property-functions config/functions ps/functions docker-options/functions
        nginx-vhosts/functions nginx-vhosts/internal-functions domains/functions certs/functions proxy/functions
        apps/functions cron/cron-write
        """.split(whereSeparator: \.isWhitespace).map(String.init)
}
