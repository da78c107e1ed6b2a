// Stands in front of a real S3 server and does to chosen requests what networks and AWS do to them.
import { createServer, request as httpRequest } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * One request as it came.
 * @typedef {object} SeenRequest
 * @property {string} method
 * @property {string} path With the query, as sent.
 * @property {string | undefined} range
 * @property {string | undefined} ifMatch
 * @property {string | undefined} region Of the signature.
 *
 * What is done to requests. All that is given is done, in this order.
 * @typedef {object} Fault
 * @property {(request: SeenRequest) => boolean} [when] Which requests; all if absent.
 * @property {number} [times] How many of them; 1 if absent, Infinity for ever.
 * @property {(request: SeenRequest) => unknown} [before] Runs first; for the object that is replaced between two reads.
 * @property {number} [delayMs] Waits before anything is answered.
 * @property {boolean} [hangUp] Closes the connection without an answer.
 * @property {{ status: number, headers?: Record<string, string>, body?: string }} [answer] Answers this, asks no server.
 * @property {number} [cutAfterBytes] Passes this many bytes of the body on, then breaks the connection.
 * @property {number} [stallAfterBytes] Passes this many bytes of the body on, then nothing more.
 *
 * @typedef {object} FaultProxy
 * @property {string} endpoint
 * @property {SeenRequest[]} requests All that came, in order.
 * @property {(fault: Fault) => void} add Faults are tried in the order added; the first that fits is used.
 * @property {() => void} reset Forgets faults and requests.
 * @property {() => Promise<void>} close
 */

/**
 * @param {string} target The endpoint of the S3 server.
 * @returns {Promise<FaultProxy>}
 */
export async function createFaultProxy(target) {
  const upstream = new URL(target);
  /** @type {SeenRequest[]} */
  const requests = [];
  let faults = [];
  const takeFault = (seen) => {
    const fault = faults.find((each) => each.left > 0 && (each.when?.(seen) ?? true));
    if (fault !== undefined) fault.left--;
    return fault ?? {};
  };

  const server = createServer(async (incoming, outgoing) => {
    const seen = seenOf(incoming);
    requests.push(seen);
    const fault = takeFault(seen);
    await fault.before?.(seen);
    if (fault.delayMs !== undefined) await wait(fault.delayMs);
    if (fault.hangUp) {
      incoming.socket.destroy();
    } else if (fault.answer !== undefined) {
      const { status, headers = {}, body = '' } = fault.answer;
      incoming.resume();
      outgoing.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
      outgoing.end(incoming.method === 'HEAD' ? undefined : body);
    } else {
      forward(upstream, incoming, outgoing, fault);
    }
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    requests,
    add: (fault) => faults.push({ ...fault, left: fault.times ?? 1 }),
    reset() {
      faults = [];
      requests.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** @returns {SeenRequest} */
function seenOf({ method, url, headers }) {
  return {
    method: method ?? '',
    path: url ?? '',
    range: headers.range,
    ifMatch: headers['if-match'],
    region: /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1],
  };
}

/** Path, query and headers go on as they came, the Host header too: the signature covers them all. */
function forward(upstream, incoming, outgoing, { cutAfterBytes, stallAfterBytes }) {
  const onward = httpRequest(
    {
      host: upstream.hostname,
      port: upstream.port,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
      setHost: false,
    },
    (answer) => {
      outgoing.writeHead(answer.statusCode, answer.rawHeaders);
      const limit = cutAfterBytes ?? stallAfterBytes;
      if (limit === undefined) {
        answer.pipe(outgoing);
        return;
      }
      let passed = 0;
      answer.on('data', (chunk) => {
        const piece = chunk.subarray(0, Math.max(0, limit - passed));
        passed += chunk.length;
        if (passed < limit) {
          outgoing.write(piece);
          return;
        }
        answer.destroy();
        // Written out before the cut, so that the far side has exactly these bytes.
        outgoing.write(piece, () => {
          if (cutAfterBytes !== undefined) outgoing.socket?.destroySoon();
        });
      });
    },
  );
  onward.on('error', () => outgoing.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

/** Answers of S3 that the test server does not give by itself, in S3's own form. */
export const s3Answers = {
  slowDown: () => errorAnswer(503, 'SlowDown', 'Please reduce your request rate.'),
  expiredToken: () => errorAnswer(400, 'ExpiredToken', 'The provided token has expired.'),
  clockSkew: () =>
    errorAnswer(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    ),
  /** A bucket of another region, asked at an endpoint of the wrong one. */
  permanentRedirect: (region) =>
    errorAnswer(
      301,
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint.',
      { 'x-amz-bucket-region': region },
      `<Endpoint>bucket.s3.${region}.amazonaws.com</Endpoint>`,
    ),
  /** A signature for the wrong region. */
  malformedHeader: (wrong, region) =>
    errorAnswer(
      400,
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${wrong}' is wrong; expecting '${region}'`,
      {},
      `<Region>${region}</Region>`,
    ),
};

function errorAnswer(status, code, message, headers = {}, more = '') {
  return {
    status,
    headers: { 'content-type': 'application/xml', ...headers },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}<RequestId>0000000000000001</RequestId></Error>`,
  };
}
