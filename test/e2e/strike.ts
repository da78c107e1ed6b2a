import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** Why nothing can be struck here; undefined where it can: processes are found in Linux's /proc, and asked for their inspector by a signal. */
export const whyNoStrike: string | undefined =
  process.platform === 'linux' ? undefined : 'the data process is found by /proc, which Linux has';

/** Has the processes of an editor open their inspector at this port when they are asked for it, not at Node's one for all. */
export const inspectAt = (port: number): readonly string[] => [`--inspect-port=127.0.0.1:${port}`];

/** The extension host whose environment names this folder. */
async function extensionHost(userData: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const read = (file: string): Promise<string> => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
    if (!(await read('cmdline')).includes('--type=extensionHost')) continue;
    if ((await read('environ')).includes(userData)) return Number(name);
  }
  throw new Error('No extension host runs.');
}

async function inspectorOf(pid: number, port: number): Promise<string> {
  process.kill(pid, 'SIGUSR1');
  for (let tries = 0; tries < 50; tries++) {
    const list = await fetch(`http://127.0.0.1:${port}/json/list`).then(
      (response) => response.json() as Promise<readonly { readonly webSocketDebuggerUrl: string }[]>,
      () => [],
    );
    const [first] = list;
    if (first !== undefined) return first.webSocketDebuggerUrl;
    await wait(100);
  }
  throw new Error('The inspector did not come up.');
}

/**
 * Ends the data worker of an editor from outside, wherever it is in its work, as a lack of memory would: the thread is looked up by Node's inspector.
 * `port`: that of `inspectAt`. Gives how many there were.
 */
export async function strikeDataWorker(userData: string, port: number): Promise<number> {
  const socket = new WebSocket(await inspectorOf(await extensionHost(userData), port));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('The inspector refused.')));
  });
  let last = 0;
  const send = (method: string, params: object): Promise<Record<string, never>> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const hear = ({ data }: MessageEvent): void => {
        const message = JSON.parse(String(data)) as {
          id?: number;
          result?: Record<string, never>;
          error?: unknown;
        };
        if (message.id !== id) return;
        socket.removeEventListener('message', hear);
        if (message.result === undefined) reject(new Error(JSON.stringify(message.error)));
        else resolve(message.result);
      };
      socket.addEventListener('message', hear);
      socket.send(JSON.stringify({ id, method, params }));
    });
  const idOf = (answer: unknown, name: string): string =>
    (answer as Record<string, { readonly objectId: string }>)[name]!.objectId;
  try {
    const prototype = await send('Runtime.evaluate', {
      expression: "process.getBuiltinModule('node:worker_threads').Worker.prototype",
    });
    const workers = await send('Runtime.queryObjects', { prototypeObjectId: idOf(prototype, 'result') });
    const ended = await send('Runtime.callFunctionOn', {
      objectId: idOf(workers, 'objects'),
      functionDeclaration: `async function () {
        // As dataWorker.ts starts it. Prototypes of other people's workers are among them, and have no thread.
        const isOurs = (worker) => {
          try {
            return worker.threadId > 0 && worker.resourceLimits.maxOldGenerationSizeMb === 1024;
          } catch {
            return false;
          }
        };
        const ours = this.filter(isOurs);
        for (const worker of ours) await worker.terminate();
        return ours.length;
      }`,
      awaitPromise: true,
      returnByValue: true,
    });
    return (ended as unknown as { readonly result: { readonly value: number } }).result.value;
  } finally {
    socket.close();
  }
}
