import type { Webview } from 'vscode';
import { ErrorCodes, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import { connect } from '../channel/node';
import type { FailureView } from '../protocol/view';

/** JSON-RPC with a webview. Call `listen()` when the handlers are in place. */
export function connectWebview(webview: Webview): MessageConnection {
  return connect({
    post: (message) => void webview.postMessage(message),
    onMessage: (listener) => webview.onDidReceiveMessage(listener),
  });
}

/** A handler's answer, or the failure in words: the view shows what it gets and knows no codes. */
export async function answer<T>(
  work: () => Promise<T>,
  inWords: (error: unknown) => FailureView,
): Promise<T | ResponseError<FailureView>> {
  try {
    return await work();
  } catch (error) {
    const view = inWords(error);
    return new ResponseError(ErrorCodes.InternalError, view.message, view);
  }
}
