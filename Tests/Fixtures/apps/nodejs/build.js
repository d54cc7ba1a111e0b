// Stands for what a build script makes: a file the server needs and the repository does not have.
"use strict";
const fs = require("fs");

fs.mkdirSync("dist", { recursive: true });
fs.writeFileSync("dist/greeting.txt", "Hello from Node.js");
