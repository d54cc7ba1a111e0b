import Glibc

// A web server that greets on $PORT, of nothing but the system's sockets: one request after the other.
guard let text = getenv("PORT"), let port = UInt16(String(cString: text)) else {
    print("PORT is not set to a port's number.")
    exit(1)
}
let server = try Listener(port: port)
print("listening on \(port)")
while true {
    server.answerNext("Hello from Swift\n")
}
