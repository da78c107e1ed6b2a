import { parentPort, workerData } from 'node:worker_threads';
import { connect } from '../channel/node';
import type { ThreadData } from './decoderMessages';
import { runDecoderThread } from './decoderThread';
import { createScratchFiles } from './scratchFiles';
import { createSessions } from './sessions';
import { createThreadDecoders } from './threadDecoders';

/** Entry point of the data worker, which speaks `protocol/dataset` with the thread that started it, and of the decoding threads under it. */
const port = parentPort;
if (port === null) throw new Error('This bundle runs as a worker thread.');

if ((workerData as ThreadData | null)?.role === 'decoder') {
  runDecoderThread(port);
} else {
  const connection = connect({
    post: (message, transfer) => port.postMessage(message, [...transfer]),
    onMessage(listener) {
      port.on('message', listener);
      return { dispose: () => port.off('message', listener) };
    },
  });
  createSessions(connection, createThreadDecoders({ workerFile: __filename }), createScratchFiles());
  connection.listen();
}
