import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from './decoderMessages';

/**
 * Entry point of the data worker, which speaks `protocol/dataset` with the thread that started it, and of the decoding threads under it. Each loads
 * only what it is made of: what a thread loads, it keeps in memory, and there are several of them. Messages wait until they are listened for.
 */
async function start(port: MessagePort): Promise<void> {
  if ((workerData as ThreadData | null)?.role === 'decoder') {
    const { runDecoderThread } = await import('./decoderThread');
    runDecoderThread(port);
  } else {
    const { runDataWorker } = await import('./dataWorkerThread');
    runDataWorker(port, __filename);
  }
}

if (parentPort === null) throw new Error('This bundle runs as a worker thread.');
void start(parentPort);
