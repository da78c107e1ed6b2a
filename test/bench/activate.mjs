// Loads and activates dist/extension.js in a process of its own, under a module `vscode` that does nothing, and prints the
// milliseconds that took: what is ours of the time that VS Code shows for an extension's start.
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

/** Anything asked of the editor gives this: callable, constructible, with every property; events never fire. */
const editor = new Proxy(function () {}, {
  get(target, name) {
    if (name === Symbol.toPrimitive) return () => '';
    if (name === Symbol.iterator) return [][Symbol.iterator].bind([]);
    if (name === 'then') return undefined;
    if (name === 'fsPath') return process.cwd();
    // Settings: nothing is set, so the default counts.
    if (name === 'get') return (_key, otherwise) => otherwise;
    return name === 'prototype' ? target.prototype : editor;
  },
  apply: () => editor,
  construct: () => editor,
});

const load = Module._load;
Module._load = function (request, ...rest) {
  return request === 'vscode' ? editor : load.call(this, request, ...rest);
};

const require = createRequire(import.meta.url);
const bundle = path.resolve(process.argv[2]);
const started = performance.now();
const { activate } = require(bundle);
const subscriptions = [];
activate({ subscriptions, extensionUri: editor, globalStorageUri: editor, secrets: editor, extension: editor });
const milliseconds = performance.now() - started;

if (subscriptions.length === 0) throw new Error('Nothing was registered.');
const loaded = Object.keys(require.cache).filter((file) => file !== bundle);
console.log(JSON.stringify({ milliseconds, loaded }));
process.exit(0);
