// Copies npm and what it depends on, and no more, from where Debian keeps Node.js modules, into a directory of the usual
// shape, in which Node.js finds them without Debian's search path.
//
// usage: node copy-npm.js /usr/share/nodejs DIRECTORY
"use strict";
const fs = require("fs");
const path = require("path");

const [root, target] = [fs.realpathSync(process.argv[2]), process.argv[3]];
const copied = new Set();

// The directory of a module as `from` would find it: nested beside it or above, else at the root.
function find(name, from) {
  for (let at = from; at.startsWith(root); at = path.dirname(at)) {
    const modules = at === root ? root : path.join(at, "node_modules");
    if (!fs.existsSync(path.join(modules, name, "package.json"))) continue;
    copyLink(modules);
    return fs.realpathSync(path.join(modules, name));
  }
  return null;
}

// A scope may share the nested modules of another package by a link to its node_modules.
function copyLink(modules) {
  if (!fs.lstatSync(modules).isSymbolicLink()) return;
  const place = path.join(target, path.relative(root, modules));
  fs.mkdirSync(path.dirname(place), { recursive: true });
  if (!fs.existsSync(place)) fs.symlinkSync(fs.readlinkSync(modules), place);
}

function copy(directory) {
  if (copied.has(directory)) return;
  copied.add(directory);
  const place = path.join(target, path.relative(root, directory));
  fs.cpSync(directory, place, { recursive: true, dereference: true, filter: (file) => path.basename(file) !== "man" });
  const { dependencies = {} } = JSON.parse(fs.readFileSync(path.join(directory, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    const found = find(name, directory);
    // Debian leaves out what its own parts never load; npm does not miss those either.
    if (found && found.startsWith(root)) copy(found);
  }
}

copy(fs.realpathSync(path.join(root, "npm")));
