import path from 'node:path';
import { cache, node, root } from './places.mjs';
import { runOrFail } from './run.mjs';

/** Where `npm start` keeps the sample bucket. */
export const sampleFolder = path.join(cache, 'sample');

/**
 * Writes the sample bucket into a folder, with the built dist/sample.js on our Node.
 * @param {string} folder
 * @param {import('../../src/sample/main').SampleOptions} [options]
 * @param {{ log?: string }} [to]
 * @returns {Promise<import('../../src/sample/main').SampleSummary>}
 */
export async function writeSampleBucket(folder, options = {}, { log } = {}) {
  const bundle = JSON.stringify(path.join(root, 'dist', 'sample.js'));
  const script = `require(${bundle}).writeSample(process.argv[1], JSON.parse(process.argv[2]))
    .then((summary) => console.log(JSON.stringify(summary)), (error) => { console.error(error); process.exitCode = 1; })`;
  const output = await runOrFail(node, ['-e', script, folder, JSON.stringify(options)], { log });
  return JSON.parse(output.trim().split('\n').at(-1));
}
