import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/browser';
import { createReader, createWriter, type Port } from './channel';

/** A JSON-RPC connection over a port, in a webview. Call `listen()` when the handlers are in place. */
export function connect(port: Port): MessageConnection {
  return createMessageConnection(createReader(port), createWriter(port));
}
