import { window, type LogOutputChannel } from 'vscode';
import type { Disposable } from '../core/disposable';
import type { Log } from '../core/ports';

/** Query strings of signed requests and anything that looks like a credential are cut out before a line is written. */
const secrets =
  /(X-Amz-[A-Za-z-]+=)[^&\s"]+|((?:secret|token|signature|authorization)["']?\s*[:=]\s*["']?)[^\s"',}]+/gi;

export function redact(text: string): string {
  return text.replace(
    secrets,
    (_, query: string | undefined, field: string | undefined) => `${query ?? field ?? ''}…`,
  );
}

/** The product's output channel. Made at the first message, so that activation makes none. */
export function createLog(): Log & Disposable & { show(): void } {
  let channel: LogOutputChannel | undefined;
  const open = (): LogOutputChannel => (channel ??= window.createOutputChannel('Data Connect', { log: true }));
  return {
    debug: (message) => open().debug(redact(message)),
    info: (message) => open().info(redact(message)),
    warn: (message) => open().warn(redact(message)),
    error: (message) => open().error(redact(message)),
    show: () => open().show(),
    dispose: () => channel?.dispose(),
  };
}
