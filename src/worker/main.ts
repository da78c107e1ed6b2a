import { parentPort } from 'node:worker_threads';
import { connect } from '../channel/node';
import { createSessions } from './sessions';

/** Entry point of the data worker: speaks `protocol/worker` with the thread that started it. */
const port = parentPort;
if (port === null) throw new Error('This bundle runs as a worker thread.');

const connection = connect({
  post: (message, transfer) => port.postMessage(message, [...transfer]),
  onMessage(listener) {
    port.on('message', listener);
    return { dispose: () => port.off('message', listener) };
  },
});
createSessions(connection);
connection.listen();
