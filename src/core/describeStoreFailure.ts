import type { FailureCode, FailureFacts } from './failure';

/** What a button beside the failure does. */
export type FailureRemedy = 'retry' | 'signIn' | 'switchProfile' | 'editConnection' | 'openAsText' | 'showLog';

export interface FailureWords {
  readonly message: string;
  readonly hint: string;
  readonly remedy?: FailureRemedy;
}

export type StoreFailureCode = Extract<FailureCode, `store.${string}`>;

/**
 * The words for what a bucket or a folder answered. The facts are those of `src/store`. They serve the editor and the
 * command line alike: no word of a view, a button or an option.
 */
export function describeStoreFailure(code: StoreFailureCode, facts: FailureFacts): FailureWords {
  const get = (name: string): string | undefined => {
    const value = facts[name];
    return value === undefined || value === '' ? undefined : String(value);
  };
  const named = get('uri') ?? get('key') ?? get('path');
  const thing = named ?? 'the bucket';
  const first = named ?? 'The bucket';
  const detail = get('detail') === undefined ? '' : ` (${get('detail') ?? ''})`;
  switch (code) {
    case 'store.accessDenied':
      return describeDenied(thing, get);
    case 'store.badCredentials':
      return describeBadCredentials(get);
    case 'store.expiredToken':
      return {
        message: `The session ${ofProfile(get, 'of these credentials')} has expired.`,
        hint:
          get('profile') === undefined
            ? 'Sign in again (aws sso login), or renew the token.'
            : `Sign in again: aws sso login --profile ${get('profile') ?? ''}`,
        remedy: 'signIn',
      };
    case 'store.noCredentials':
      return describeNoCredentials(get);
    case 'store.noSuchBucket':
      return describeNoBucket(thing, get);
    case 'store.notFound':
      return describeNotFound(first, get);
    case 'store.changed':
      return {
        message: `${first} was replaced while it was being read.`,
        hint: 'Read it again for the new version.',
        remedy: 'retry',
      };
    case 'store.network':
      return describeNetwork(first, get);
    case 'store.protocol':
      return {
        message: `${get('endpoint') ?? 'The server'} did not answer as S3 does${detail}.`,
        hint: 'Check the endpoint, and whether it wants path-style addresses; a proxy or a sign-in page may stand in between.',
        remedy: 'editConnection',
      };
    case 'store.throttled':
      return {
        message: `S3 asks for fewer requests, and still did after several tries for ${thing}.`,
        hint: 'Wait a moment, then try again.',
        remedy: 'retry',
      };
    case 'store.wrongRegion':
      return {
        message: `The bucket "${get('bucket') ?? thing}" is not in ${get('region') === undefined ? 'the region asked' : `the region ${get('region') ?? ''}`}.`,
        hint: "Set the bucket's own region.",
        remedy: 'editConnection',
      };
  }
}

function describeNotFound(first: string, get: Get): FailureWords {
  const remedy = 'retry';
  if (get('reason') === 'notAFile')
    return {
      message: `${first} is not a file.`,
      hint: 'Folders and devices have no bytes to read: name a file.',
      remedy,
    };
  if (get('errorCode') === 'ELOOP')
    return {
      message: `${first} is a link that leads back to itself.`,
      hint: 'Name the file that is meant.',
      remedy,
    };
  return {
    message: `${first} is not there.`,
    hint: 'It was moved, deleted, or not delivered yet. Check its name, and look at what is there now.',
    remedy,
  };
}

function describeNoBucket(thing: string, get: Get): FailureWords {
  const endpoint = get('endpoint');
  const remedy = 'editConnection';
  return get('path') === undefined
    ? {
        message: `There is no bucket "${get('bucket') ?? thing}"${endpoint === undefined ? '' : ` at ${endpoint}`}.`,
        hint: "Check the bucket's name, and the endpoint if it is not on AWS.",
        remedy,
      }
    : {
        message: `The folder ${get('path') ?? thing} is not there.`,
        hint: 'It was moved or deleted, or its disk is not mounted.',
        remedy,
      };
}

type Get = (name: string) => string | undefined;

function ofProfile(get: Get, otherwise: string): string {
  const profile = get('profile');
  return profile === undefined ? otherwise : `of the profile "${profile}"`;
}

function describeDenied(thing: string, get: Get): FailureWords {
  const message = `Access to ${thing} was denied.`;
  if (get('path') !== undefined)
    return { message, hint: 'Your user may not read this file or folder. Check its permissions.', remedy: 'retry' };
  const profile = get('profile');
  const who = profile === undefined ? 'These credentials' : `The profile "${profile}"`;
  const remedy = profile === undefined ? 'editConnection' : 'switchProfile';
  switch (get('reason') ?? '') {
    case 'archived':
      return {
        message: `${thing} is archived and cannot be read directly.`,
        hint: 'Restore it from its storage class (S3 Glacier) first, then try again.',
        remedy: 'retry',
      };
    case 'encryptionKey':
      return {
        message,
        hint: `It is encrypted with a KMS key that ${lowerFirst(who)} may not use (kms:Decrypt). Data Connect itself supports only SSE-S3 buckets.`,
        remedy,
      };
    case 'role':
      return { message, hint: `${who} may not take on the role it names (sts:AssumeRole).`, remedy };
    default:
  }
  const action = get('action');
  if (action === 's3:ListBucket')
    return {
      message,
      hint: `${who} may not list the bucket, or not this prefix of it. Ask for s3:ListBucket, or use other credentials.`,
      remedy,
    };
  if (action === 's3:GetObject')
    return {
      message,
      hint: `${who} may not read this object. Ask for s3:GetObject, or use other credentials; without s3:ListBucket, S3 answers the same for an object that is not there.`,
      remedy,
    };
  return { message, hint: `${who} may not do this${action === undefined ? '' : ` (${action})`}.`, remedy };
}

function describeBadCredentials(get: Get): FailureWords {
  const whose = ofProfile(get, 'in use');
  const remedy = get('profile') === undefined ? 'editConnection' : 'switchProfile';
  switch (get('reason') ?? '') {
    case 'wrongSecret':
      return {
        message: `The secret key ${whose} does not fit its access key.`,
        hint: 'Type or copy the secret again; a space or a missing letter is the usual cause.',
        remedy,
      };
    case 'clockSkew':
      return {
        message: "The server refuses the request because this machine's clock differs too much from its own.",
        hint: 'Set the clock of this machine, then try again.',
        remedy: 'retry',
      };
    case 'malformedKey':
      return {
        message: `The access key ${whose} is not a well-formed key.`,
        hint: 'Type or copy it again.',
        remedy,
      };
    case 'invalidToken':
      return {
        message: `The session token ${whose} is not valid.`,
        hint: 'Temporary keys need the token that was given with them; keys of a user need none.',
        remedy,
      };
    default:
      return {
        message: `The access key ${whose} is not known to the server.`,
        hint: 'It was deleted or switched off, or belongs to another endpoint. Use another one.',
        remedy,
      };
  }
}

function describeNoCredentials(get: Get): FailureWords {
  const profile = get('profile');
  if (get('reason') === 'noKeys')
    return {
      message: 'The access key of this connection is not stored on this machine.',
      hint: 'Edit the connection and type it again.',
      remedy: 'editConnection',
    };
  return profile === undefined
    ? {
        message: 'No AWS credentials were found.',
        hint: 'Neither the environment nor the default profile has any. Choose a profile, or give an access key.',
        remedy: 'editConnection',
      }
    : {
        message: `The profile "${profile}" gives no credentials.`,
        hint: sentence(get('detail') ?? 'it is not in the shared AWS config files, or is not complete'),
        remedy: 'switchProfile',
      };
}

function describeNetwork(first: string, get: Get): FailureWords {
  const endpoint = get('endpoint') ?? 'S3';
  const remedy = 'retry';
  switch (get('reason') ?? '') {
    case 'refused':
      return {
        message: `${endpoint} refuses connections.`,
        hint: 'Is the server running, and the port right?',
        remedy,
      };
    case 'unknownHost':
      return {
        message: `The name of the server${get('endpoint') === undefined ? ' of S3' : ` ${get('endpoint') ?? ''}`} is not known.`,
        hint: 'Check the network, the endpoint and the region; a VPN may be needed.',
        remedy,
      };
    case 'timeout':
      return {
        message: `${endpoint} did not answer in time.`,
        hint: 'Check the network or the proxy, then try again.',
        remedy,
      };
    case 'reset':
      return {
        message: `The connection to ${endpoint} was cut.`,
        hint: 'The network, a proxy or the server broke it off. Try again.',
        remedy,
      };
    case 'unreachable':
      return {
        message: `${endpoint} cannot be reached from here.`,
        hint: 'Check the network; a VPN may be needed.',
        remedy,
      };
    case 'tls':
      return {
        message: `The certificate of ${endpoint} is not trusted.`,
        hint: `${sentence(get('detail') ?? 'it could not be verified')} Behind a company proxy, its certificate must be known here: in VS Code by http.systemCertificates, on the command line by NODE_EXTRA_CA_CERTS.`,
        remedy,
      };
    case 'handshake':
      return {
        message: `${endpoint} does not speak TLS as it should.`,
        hint: `If the server has no TLS, its address begins with http://, not https://. ${sentence(get('detail') ?? 'the handshake failed')}`,
        remedy: 'editConnection',
      };
    case 'serverError':
      return {
        message: `${endpoint} answered with an error of its own.`,
        hint: 'Wait a moment, then try again.',
        remedy,
      };
    default:
      return {
        message: `${first} could not be read.`,
        hint: `${sentence(get('detail') ?? 'the connection failed')} Try again.`,
        remedy,
      };
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Somebody else's words as a sentence of ours. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/[.!]+$/, '')}.`;
}
