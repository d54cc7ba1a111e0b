import HTTPTypes

/// Why a request is not served, as it is told to the client: a status with a line of text.
struct HTTPRefusal: Error, Equatable {
    var status: HTTPResponse.Status
    var text: String
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ text: String, headers: HTTPFields = [:]) {
        self.status = status
        self.text = text
        self.headers = headers
    }

    static func bad(_ text: String) -> HTTPRefusal { HTTPRefusal(.badRequest, text) }
    static func forbidden(_ text: String) -> HTTPRefusal { HTTPRefusal(.forbidden, text) }
    static func notFound(_ text: String) -> HTTPRefusal { HTTPRefusal(.notFound, text) }
    static func failed(_ text: String) -> HTTPRefusal { HTTPRefusal(.internalServerError, text) }
    static func tooLarge(_ text: String) -> HTTPRefusal { HTTPRefusal(.contentTooLarge, text) }
}
