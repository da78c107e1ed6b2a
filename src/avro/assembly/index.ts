/**
 * The kernel in WebAssembly: all that it exports. AssemblyScript, compiled by build.mjs; what the exports mean to the rest of the
 * room stands in ../wasmKernel.ts. Every function here has a twin in TypeScript with the same answers.
 *
 * Nothing here trusts the bytes of a block: lengths and indexes are checked before they are used, so that no block can make it
 * trap, loop, or read and write beyond its areas.
 */
export { allocate, release } from './memory';
export { noteColumn } from './pendingValues';
export { unsnappy } from './snappy';
export { closeStatistics, openStatistics, pruneStatistics } from './statistics';
export { writeRows } from './text';
export { walk } from './walk';
