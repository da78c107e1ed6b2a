import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';

/** The import table, asked by lint (each import as written) and by the build (each module that went into a bundle). */
const rooms = JSON.parse(readFileSync(new URL('rooms.json', import.meta.url), 'utf8'));

/** The room of a file, by its path from the top of the repository; `undefined` outside the rooms. */
export function roomOf(file) {
  const match = /^(?:src\/([a-z]+)|(webview))\//.exec(file);
  const room = match?.[1] ?? match?.[2];
  return room !== undefined && Object.hasOwn(rooms, room) ? room : undefined;
}

const matches = (patterns, name) =>
  (patterns ?? []).some(
    (p) =>
      p === '*' || p === name || name.startsWith(`${p}/`) || (p.endsWith('/*') && name.startsWith(p.slice(0, -1))),
  );

/**
 * What is wrong with an import, as a sentence, or `undefined`.
 * `target` is a path from the top of the repository, or a bare package name.
 */
export function checkImport(from, target, isType) {
  const room = roomOf(from);
  if (room === undefined) return undefined;
  const may = rooms[room];
  const targetRoom = roomOf(target);
  if (targetRoom !== undefined) {
    if (targetRoom === room || may.rooms?.includes(targetRoom) || (isType && may.types?.includes(targetRoom)))
      return undefined;
    // A single module of a room: `core/timeUnits`.
    const module = target.replace(/^src\//, '').replace(/\.ts$/, '');
    if (may.modules?.includes(module)) return undefined;
    return `${room} may not import ${isType ? 'types from ' : ''}${targetRoom} (src/rooms.json)`;
  }
  if (target.startsWith('src/') || target.startsWith('.')) return undefined;
  const builtin = target.replace(/^node:/, '');
  if (builtinModules.includes(builtin)) {
    return matches(may.builtins, builtin) ? undefined : `${room} may not import node:${builtin} (src/rooms.json)`;
  }
  return matches(may.packages, target)
    ? undefined
    : `${room} may not import the package ${target} (src/rooms.json)`;
}
