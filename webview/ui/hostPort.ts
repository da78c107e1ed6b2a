import type { Port } from '../../src/channel/channel';

/** What VS Code gives a webview: once, and never again in the same page. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface WebviewHost {
  readonly port: Port;
  /** What the view last wrote down; it survives a hidden tab and a reloaded window. Unknown shape: check it. */
  recall(): unknown;
  /** JSON only. */
  remember(state: unknown): void;
}

/** The line to the extension host, and the view's memory. Call it once a page. */
export function createHostPort(): WebviewHost {
  const api = acquireVsCodeApi();
  return {
    port: {
      // postMessage of a webview clones; there is nothing to transfer.
      post: (message) => api.postMessage(message),
      onMessage(listener) {
        const receive = (event: MessageEvent): void => listener(event.data);
        window.addEventListener('message', receive);
        return { dispose: () => window.removeEventListener('message', receive) };
      },
    },
    recall: () => api.getState(),
    remember: (state) => api.setState(state),
  };
}
