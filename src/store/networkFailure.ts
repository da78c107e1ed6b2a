import { Failure } from '../core/failure';
import type { RequestContext } from './failures';
import { cleanCause, oneLine } from './redact';

/** Why there was no answer. One word each, for the facts. `tls`: a certificate; `handshake`: TLS before it came to that. */
type Reason = 'refused' | 'unknownHost' | 'timeout' | 'reset' | 'unreachable' | 'tls' | 'handshake';

/** Codes of Node, libuv and OpenSSL. Source: Node.js documentation, "Errors", and `man 2 connect`. */
const reasons: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ['ECONNREFUSED', 'refused'],
  ['ENOTFOUND', 'unknownHost'],
  ['EAI_AGAIN', 'unknownHost'],
  ['ETIMEDOUT', 'timeout'],
  ['ESOCKETTIMEDOUT', 'timeout'],
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'reset'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'reset'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EPROTO', 'handshake'],
  ['ERR_TLS_HANDSHAKE_TIMEOUT', 'timeout'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['CERT_NOT_YET_VALID', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
]);

/**
 * `store.network` with its `reason`, if the error is one of the way to the server;
 * `store.protocol` if something answered there that does not speak HTTP; else `undefined`.
 */
export function networkFailure(error: unknown, context: RequestContext): Failure | undefined {
  for (const each of chainOf(error)) {
    const code = 'code' in each && typeof each.code === 'string' ? each.code : '';
    const attempts = attemptsOf(error);
    const facts = { ...context, detail: oneLine(each.message === '' ? code : each.message), ...attempts };
    if (code.startsWith('HPE_')) return new Failure('store.protocol', facts, cleanCause(each));
    const reason = each.name === 'TimeoutError' ? timeoutReason(code) : reasonOf(code);
    if (reason !== undefined) return new Failure('store.network', { ...facts, reason }, cleanCause(each));
  }
  return undefined;
}

/** The SDK calls every reset and refusal a TimeoutError; the code says better what it was. */
function timeoutReason(code: string): Reason {
  return reasonOf(code) ?? 'timeout';
}

function reasonOf(code: string): Reason | undefined {
  if (/^ERR_TLS_CERT_/.test(code)) return 'tls';
  return reasons.get(code) ?? (/^ERR_(?:TLS|SSL)_/.test(code) ? 'handshake' : undefined);
}

/** The error, the errors that it gathers (one for each address tried) and its causes, outermost first. */
function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  const waiting: unknown[] = [error];
  while (waiting.length > 0 && chain.length < 10) {
    const next = waiting.shift();
    if (!(next instanceof Error) || chain.includes(next)) continue;
    chain.push(next);
    if (next instanceof AggregateError) waiting.push(...(next.errors as readonly unknown[]));
    waiting.push(next.cause);
  }
  return chain;
}

function attemptsOf(error: unknown): { readonly attempts?: number } {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return {};
  const metadata = error.$metadata;
  const attempts =
    typeof metadata === 'object' && metadata !== null && 'attempts' in metadata ? metadata.attempts : 0;
  return typeof attempts === 'number' && attempts > 0 ? { attempts } : {};
}
