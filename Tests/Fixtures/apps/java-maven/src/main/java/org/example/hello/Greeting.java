package org.example.hello;

/** The texts of the sample. */
final class Greeting {
    private Greeting() {}

    static String of(String path) {
        return switch (path) {
            case "/version" -> System.getProperty("java.version") + "\n";
            case "/memory" -> Runtime.getRuntime().maxMemory() / 1024 / 1024 + "\n";
            default -> "Hello from Maven\n";
        };
    }
}
