// What is reached under which address: domains, certificates, ports, the proxy.
extension Trigger {
    public static let postDomainsUpdate = Self(
        "post-domains-update", .advisory, "APP [add|remove|set|clear|reset|enable|disable [DOMAIN...]]",
        "The app's domains have changed.")
    public static let preEnableVhost = Self("pre-enable-vhost", .mandatory, "APP", "Before `domains:enable`.")
    public static let preDisableVhost = Self("pre-disable-vhost", .mandatory, "APP", "Before `domains:disable`.")
    public static let domainsAdd = Self(
        "domains-add", .mandatory, "APP DOMAIN", origin: .request, "Asks to give the app a domain.")
    public static let domainsList = Self(
        "domains-list", .mandatory, "APP", answer: "The domains, one a line.", origin: .request,
        "Asks for the domains of the app.")
    public static let domainsURLs = Self(
        "domains-urls", .mandatory, "APP url|urls", answer: "Addresses, one a line.", origin: .request,
        "Asks for the addresses of the app.")
    public static let appURLs = Self(
        "app-urls", .mandatory, "APP url|urls", answer: "Addresses, one a line; nothing keeps Cairn's own.",
        "May change the addresses that are shown of an app.")
    public static let postCertsUpdate = Self(
        "post-certs-update", .advisory, "APP", "The app has got a certificate.")
    public static let postCertsRemove = Self("post-certs-remove", .advisory, "APP", "The app's certificate is gone.")
    public static let certsExists = Self(
        "certs-exists", .mandatory, "APP", answer: "true or false.", origin: .request,
        "Asks whether the app has a certificate.")
    public static let proxyBuildConfig = Self(
        "proxy-build-config", .mandatory, "APP", origin: .request,
        "The app's route is brought in line with what is stored; or asks for that.")
    public static let proxyClearConfig = Self(
        "proxy-clear-config", .advisory, "APP|--all", origin: .request,
        "The app is no longer routed; or asks to take it out of the proxy.")
    public static let proxyIsEnabled = Self(
        "proxy-is-enabled", .mandatory, "APP", answer: "true or false.", origin: .request,
        "Asks whether the app is behind the proxy.")
    public static let proxyType = Self(
        "proxy-type", .mandatory, "APP", answer: "The name of a proxy, or nothing for nginx.",
        "Asks which proxy serves the app. Where it is not nginx, a plugin serves the app, at `proxy-build-config`.")
    public static let nginxPreReload = Self(
        "nginx-pre-reload", .mandatory, "APP PORT ADDRESS",
        "The app's nginx configuration is written and not tested yet: the plugin may change it. PORT and ADDRESS are empty."
    )
    public static let nginxHostname = Self(
        "nginx-hostname", .mandatory, "APP SUBDOMAIN DOMAIN", answer: "A domain, or nothing.",
        "May choose another domain for a new app.")
    public static let nginxAppTemplateSource = Self(
        "nginx-app-template-source", .mandatory, "APP app-config", answer: "The path of a template, or nothing.",
        "May name another template for the app's nginx configuration. Only `app-config` is asked for: the rest is no file of its own."
    )
    public static let nginxHostTemplateSource = Self(
        "nginx-dokku-template-source", .mandatory, answer: "Ignored.", origin: .nobody,
        "The host's part of nginx's configuration has no template: it is made from what the running nginx needs.")
    public static let portsGet = Self(
        "ports-get", .mandatory, "APP [json]", answer: "`SCHEME:HOST-PORT:CONTAINER-PORT`, one a line; or JSON.",
        "Asks for the port mappings of the app: what plugins answer is served beside its own, and before one of the same port."
    )
    public static let portsSetDetected = Self(
        "ports-set-detected", .mandatory, "APP [MAPPING...]",
        answer: "Port mappings that take the place of those found, or nothing.",
        "A build has found which ports the image exposes. A plugin that builds fires it itself.")
    public static let portsGetAvailable = Self(
        "ports-get-available", .mandatory, "APP", answer: "A port number.", origin: .request,
        "Asks for a port above 1024 that nothing listens on.")
    public static let postProxyPortsUpdate = Self(
        "post-proxy-ports-update", .advisory, "APP add|set|remove|clear", "The app's port mappings have changed.")
    public static let networkGetIPAddress = Self(
        "network-get-ipaddr", .mandatory, "APP TYPE CONTAINER", answer: "An IPv4 address.", origin: .request,
        "Asks for the address of a container.")
    public static let networkGetListeners = Self(
        "network-get-listeners", .mandatory, "APP TYPE", answer: "`ADDRESS:PORT`, with blanks between them.",
        origin: .request, "Asks where the processes of a type listen.")

    static let routing: [Trigger] = [
        postDomainsUpdate, preEnableVhost, preDisableVhost, domainsAdd, domainsList, domainsURLs, appURLs,
        postCertsUpdate, postCertsRemove, certsExists, proxyBuildConfig, proxyClearConfig, proxyIsEnabled, proxyType,
        nginxPreReload, nginxHostname, nginxAppTemplateSource, nginxHostTemplateSource, portsGet, portsSetDetected,
        portsGetAvailable, postProxyPortsUpdate, networkGetIPAddress, networkGetListeners,
    ]
}
