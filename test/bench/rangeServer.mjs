// Serves one file by range over HTTP, each answer beginning after a fixed latency: `rangeServer.mjs FILE MILLISECONDS`.
// Prints its address; ends with its parent's end of stdin.
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import process from 'node:process';

const [file, latencyMs] = process.argv.slice(2);
const handle = await open(file);
const { size } = await handle.stat();

const server = createServer((request, response) => {
  setTimeout(() => {
    void answer(request, response);
  }, Number(latencyMs));
});

async function answer({ headers }, response) {
  const [, start = '0', end = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  const first = Number(start);
  const last = Math.min(end === '' ? size - 1 : Number(end), size - 1);
  const bytes = Buffer.alloc(Math.max(0, last - first + 1));
  await handle.read(bytes, 0, bytes.length, first);
  response.writeHead(206, {
    'content-range': `bytes ${first}-${last}/${size}`,
    'content-length': bytes.length,
    etag: '"1"',
  });
  response.end(bytes);
}

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
process.stdin.resume().once('end', () => process.exit());
