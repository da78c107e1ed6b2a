import { normalisePrefix } from './connection';

/** A place in S3, as people write it. */
export interface BucketAddress {
  readonly bucket: string;
  /** `''`, or what stands behind the bucket, as spelled. */
  readonly key: string;
  /** Only if the text names one. */
  readonly region?: string;
}

/**
 * Reads a bucket's bare name, `bucket/key`, `s3://bucket/key` (and `s3a`, `s3n`), an ARN, a console URL, or the HTTPS address of an
 * object on AWS (virtual-host or path style). `undefined` if the text is none of these.
 */
export function parseBucketAddress(text: string): BucketAddress | undefined {
  const trimmed = text.trim();
  const uri = /^s3[an]?:\/\/([^/]+)\/?(.*)$/s.exec(trimmed);
  if (uri !== null) return address(uri[1], uri[2]);
  const arn = /^arn:aws[\w-]*:s3:[^:]*:[^:]*:([^/]+)\/?(.*)$/s.exec(trimmed);
  if (arn !== null) return address(arn[1], arn[2]?.replace(/\*$/, ''));
  if (/^https?:\/\//.test(trimmed)) return parseHttpsAddress(trimmed);
  const bare = /^([^/]+)\/?(.*)$/s.exec(trimmed);
  return address(bare?.[1], bare?.[2]);
}

/** The prefix of an export from an address that may point at something inside it: cut at `sync_…/`, `manifests/` or `sync_reports/`. */
export function exportPrefix(key: string): string {
  const inside = /(^|\/)(sync_\d+|manifests|sync_reports)(\/|$)/.exec(key);
  return normalisePrefix(inside === null ? key : key.slice(0, inside.index));
}

function parseHttpsAddress(text: string): BucketAddress | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const path = decodePath(url.pathname.slice(1));
  const region =
    /[.-]s3[.-]([a-z]{2}-[a-z-]+-\d)\./.exec(`.${url.hostname}`)?.[1] ??
    url.searchParams.get('region') ??
    undefined;
  const console = /^s3\/(?:buckets|object)\/([^/]+)/.exec(path);
  if (url.hostname.endsWith('console.aws.amazon.com') && console !== null) {
    return address(console[1], url.searchParams.get('prefix') ?? '', region);
  }
  const virtualHost = /^(.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$/.exec(url.hostname);
  if (virtualHost !== null) return address(virtualHost[1], path, region);
  if (/^s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com$/.test(url.hostname)) {
    const slash = path.indexOf('/');
    return slash < 0 ? address(path, '', region) : address(path.slice(0, slash), path.slice(slash + 1), region);
  }
  return undefined;
}

function address(bucket: string | undefined, key: string | undefined, region?: string): BucketAddress | undefined {
  // Letters in upper case and underscores: older buckets in us-east-1 and S3-compatible servers have them.
  if (bucket === undefined || !/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/.test(bucket)) return undefined;
  return { bucket, key: key ?? '', ...(region === undefined ? {} : { region }) };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
