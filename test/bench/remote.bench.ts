import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { openPart } from '../../src/avro/part/part';
import { createCountingSource, type RangeSource } from '../../src/avro/container/rangeSource';
import { limited, median, type Entry } from './measure';

// What opening a part and jumping in it cost over HTTP with 30 ms to the first byte: requests, bytes, and time once warm.
// `remote.bench FILE ROWS RANGE_SERVER`.
const [file = '', rowsText = '', serverScript = ''] = process.argv.slice(2);
const rows = Number(rowsText);
const latencyMs = 30;

const server = spawn(process.execPath, [serverScript, file, String(latencyMs)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const [address] = (await once(server.stdout, 'data')) as [Buffer];
const url = address.toString().trim();
const agent = new Agent({ keepAlive: true });

const source: RangeSource = {
  async read(start, end, signal) {
    const request = get(url, {
      agent,
      headers: { range: `bytes=${start}-${end - 1}` },
      ...(signal ? { signal } : {}),
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    const totalBytes = Number(/\/(\d+)$/.exec(response.headers['content-range'] ?? '')?.[1]);
    return { bytes: Buffer.concat(pieces), totalBytes };
  },
};

interface Cost {
  readonly ms: number;
  readonly requests: number;
  readonly bytes: number;
}

async function firstRows(): Promise<Cost> {
  const counting = createCountingSource(source);
  const started = performance.now();
  const part = await openPart(counting, { readAheadBytes: 0 });
  const page = await part.page(0, 50);
  const ms = performance.now() - started;
  if (page.rows.length !== 50) throw new Error(`${page.rows.length} first rows came.`);
  part.dispose();
  return { ms, requests: counting.requests, bytes: counting.bytesRead };
}

async function jump(): Promise<Cost> {
  const counting = createCountingSource(source);
  const part = await openPart(counting, { readAheadBytes: 0 });
  const { requests, bytesRead } = counting;
  const started = performance.now();
  const page = await part.page(Math.floor(rows * 0.9), 50);
  const ms = performance.now() - started;
  if (page.rows.length !== 50 || !page.isApproximate)
    throw new Error(`${page.rows.length} rows came after the jump.`);
  part.dispose();
  return { ms, requests: counting.requests - requests, bytes: counting.bytesRead - bytesRead };
}

async function repeated(work: () => Promise<Cost>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 0; round < 9; round++) costs.push(await work());
  const warm = costs.slice(2);
  return {
    ms: median(warm.map(({ ms }) => ms)),
    requests: Math.max(...costs.map(({ requests }) => requests)),
    bytes: Math.max(...costs.map(({ bytes }) => bytes)),
  };
}

const first = await repeated(firstRows);
const jumped = await repeated(jump);
const entries: Entry[] = [
  limited('firstRows.requests', first.requests, 'requests', 1, 1),
  limited('firstRows.bytes', first.bytes, 'bytes', 131_072, 65_536),
  limited('firstRows.latency', first.ms, 'ms', latencyMs + 50, latencyMs + 15),
  limited('jump.requests', jumped.requests, 'requests', 1, 1),
  limited('jump.bytes', jumped.bytes, 'bytes', 262_144, 131_072),
  limited('jump.latency', jumped.ms, 'ms', latencyMs + 50, latencyMs + 15),
];
server.stdin.end();
agent.destroy();
process.stdout.write(`${JSON.stringify(entries)}\n`);
