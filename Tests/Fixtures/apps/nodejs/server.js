"use strict";
const fs = require("fs");
const http = require("http");
const path = require("path");

const greeting = fs.readFileSync(path.join(__dirname, "dist", "greeting.txt"), "utf8");

const server = http.createServer((request, response) => {
  response.setHeader("Content-Type", "text/plain");
  response.end(`${greeting}, ${process.env.GREETING || "world"}\n`);
});

server.listen(process.env.PORT);
process.on("SIGTERM", () => server.close());
