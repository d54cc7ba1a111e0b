"use strict";
const http = require("http");
const greeting = require("tiny-greeting");

const server = http.createServer((request, response) => {
  response.setHeader("Content-Type", "text/plain");
  response.end(greeting(process.env.GREETING || "world"));
});

server.listen(process.env.PORT);
process.on("SIGTERM", () => server.close());
