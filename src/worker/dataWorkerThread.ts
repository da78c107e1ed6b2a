import type { MessagePort } from 'node:worker_threads';
import { connect } from '../channel/node';
import { createScratchFiles } from './scratchFiles';
import { createSessions } from './sessions';
import { createThreadDecoders } from './threadDecoders';

/** Answers the thread at the other end of the port (`protocol/dataset`); `workerFile`: what decoding threads are started from. */
export function runDataWorker(port: MessagePort, workerFile: string): void {
  const connection = connect({
    post: (message, transfer) => port.postMessage(message, [...transfer]),
    onMessage(listener) {
      port.on('message', listener);
      return { dispose: () => port.off('message', listener) };
    },
  });
  createSessions(connection, createThreadDecoders({ workerFile }), createScratchFiles());
  connection.listen();
}
