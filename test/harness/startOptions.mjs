import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `Usage: npm start                      opens VS Code with the extension and the sample bucket
       npm start -- FOLDER            with an export copied down
       npm start -- s3://BUCKET/PREFIX [--region R] [--profile P] [--endpoint URL] [--path-style]
Options: --browser  even where VS Code is on the path
         --port N   of the editor in the browser (a free one)
         --no-open  print its address only`;

/**
 * What the command line of `npm start` asks for: `{ connection, folder, port, isOpened, isInBrowser }`. Throws an error with
 * `isUsage` for anything that makes no sense. `cwd`: where the user typed it.
 */
export function readStartOptions(args, cwd) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        region: { type: 'string' },
        profile: { type: 'string' },
        endpoint: { type: 'string' },
        'path-style': { type: 'boolean' },
        browser: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        'no-open': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw wrongUsage(error.message);
  }
  const { values, positionals } = parsed;
  if (values.help) throw wrongUsage('');
  if (positionals.length > 1) throw wrongUsage(`One place at a time; these are ${positionals.length}.`);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw wrongUsage(`${values.port} is no port.`);
  const place = positionals[0];
  const isS3 = place?.startsWith('s3://') === true;
  if (!isS3) {
    for (const name of ['region', 'profile', 'endpoint', 'path-style']) {
      if (values[name] !== undefined) throw wrongUsage(`--${name} goes with an s3:// bucket.`);
    }
  }
  const common = { port, isOpened: !values['no-open'], isInBrowser: values.browser };
  if (place === undefined) return { ...common, connection: { kind: 'sample', id: 'sample', name: 'sample' } };
  return { ...common, ...(isS3 ? s3Place(place, values) : folderPlace(path.resolve(cwd, place))) };
}

function s3Place(uri, values) {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri);
  if (match === null) throw wrongUsage(`${uri} names no bucket.`);
  const [, bucket, rest] = match;
  const prefix = rest.replace(/^\/+|\/+$/g, '');
  return {
    connection: {
      kind: 's3',
      id: idOf(bucket, JSON.stringify([uri, values.endpoint])),
      name: bucket,
      bucket,
      prefix: prefix === '' ? '' : `${prefix}/`,
      credentials: 'chain',
      ...(values.region === undefined ? {} : { region: values.region }),
      ...(values.profile === undefined ? {} : { profile: values.profile }),
      ...(values.endpoint === undefined ? {} : { endpoint: values.endpoint }),
      ...(values['path-style'] ? { pathStyle: true } : {}),
    },
  };
}

function folderPlace(folder) {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw wrongUsage(`${folder} is no folder.`);
  const name = path.basename(folder);
  return { folder, connection: { kind: 'folder', id: idOf(name, folder), name, path: folder } };
}

/** An id that stays the same for the same place, because restored tabs name it, and differs from others'. */
function idOf(name, place) {
  const slug =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'export';
  return `${slug}-${createHash('sha256').update(place).digest('hex').slice(0, 6)}`;
}

function wrongUsage(message) {
  return Object.assign(new Error(message), { isUsage: true });
}
