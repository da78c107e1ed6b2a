import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc';

/**
 * One end of a two-way line that carries whole messages: a worker, a webview, or its host.
 * `vscode-jsonrpc` runs on top of it, so that requests, errors and cancellation are the same on every boundary.
 */
export interface Port {
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): Disposable;
}

export function createReader(port: Port): MessageReader {
  return new PortReader(port);
}

export function createWriter(port: Port): MessageWriter {
  return new PortWriter(port);
}

class PortReader extends AbstractMessageReader implements MessageReader {
  private readonly port: Port;

  constructor(port: Port) {
    super();
    this.port = port;
  }

  listen(callback: DataCallback): Disposable {
    return this.port.onMessage((message) => {
      if (isMessage(message)) callback(message);
    });
  }
}

class PortWriter extends AbstractMessageWriter implements MessageWriter {
  private readonly port: Port;

  constructor(port: Port) {
    super();
    this.port = port;
  }

  write(message: Message): Promise<void> {
    try {
      this.port.post(message, transferableBytes(message));
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  end(): void {
    // The port belongs to whoever made it.
  }
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'jsonrpc' in message;
}

/** Bytes move by transfer: by contract they stand at `result.bytes` or `params.bytes` and own their whole buffer. */
function transferableBytes(message: Message): readonly ArrayBuffer[] {
  const { result, params } = message as { readonly result?: unknown; readonly params?: unknown };
  const content = result ?? params;
  if (typeof content !== 'object' || content === null) return [];
  const bytes = (content as { readonly bytes?: unknown }).bytes;
  return bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
}
