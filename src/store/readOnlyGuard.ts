import type { S3Client } from '@aws-sdk/client-s3';
import { Failure } from '../core/failure';

/** The only operations of S3 that this product knows. */
const allowedCommands: ReadonlySet<string> = new Set([
  'ListObjectsV2Command',
  'HeadObjectCommand',
  'GetObjectCommand',
]);
const allowedMethods: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Makes a client unable to send anything but reads, whoever asks: operations are checked by name at the start of
 * the stack, and the HTTP method at its very end, after every other middleware, so that nothing is sent unseen.
 * What is refused rejects with `internal`: it can only be a fault of ours.
 */
export function addReadOnlyGuard(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const command = context.commandName ?? 'unnamed';
      return allowedCommands.has(command) ? next(args) : Promise.reject(refusal(command));
    },
    { step: 'initialize', priority: 'high', name: 'readOnlyCommands' },
  );
  client.middlewareStack.add(
    (next) => (args) => {
      const method = methodOf(args.request);
      return allowedMethods.has(method) ? next(args) : Promise.reject(refusal(`HTTP ${method}`));
    },
    { step: 'deserialize', priority: 'low', name: 'readOnlyMethods' },
  );
}

function methodOf(request: unknown): string {
  const method =
    typeof request === 'object' && request !== null && 'method' in request ? request.method : undefined;
  return typeof method === 'string' ? method : 'unknown';
}

function refusal(what: string): Failure {
  return new Failure('internal', { detail: `refused to send ${what}: buckets are only read` });
}
