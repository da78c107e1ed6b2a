import { parseBucketAddress } from '../../core/bucketAddress';
import { loadStoreBundle } from '../bundles';
import { askStep, pickStep, type Answer, type Choice, type Step } from '../prompts';
import type { Draft, StepName } from './connectionDraft';
import { isFolder, isLocalPath } from './localPath';

type Question = (draft: Draft, step: Step) => Promise<Answer<unknown>>;

/** Asks one step and keeps its answer in the draft. */
export function ask(name: StepName, draft: Draft, step: Step): Promise<Answer<unknown>> {
  return questions[name](draft, step);
}

/** A question whose answer is one field of the draft. */
function field<K extends keyof Draft>(
  key: K,
  put: (draft: Draft, step: Step) => Promise<Answer<Draft[K]>>,
): Question {
  return async (draft, step) => {
    const answered = await put(draft, step);
    if (typeof answered === 'object') draft[key] = answered.value;
    return answered;
  };
}

const needed = (text: string): string | undefined => (text === '' ? 'This is needed.' : undefined);

function checkAddress(text: string): string | undefined {
  if (isLocalPath(text)) return isFolder(text) ? undefined : 'There is no such folder on this machine.';
  return parseBucketAddress(text) === undefined
    ? 'This is no bucket name, s3:// URI, ARN or console URL, and no path of a folder.'
    : undefined;
}

const questions: Readonly<Record<StepName, Question>> = {
  bucket: field('address', (draft, step) =>
    askStep(step, {
      prompt:
        'The bucket of the export: a name, an s3:// URI, an ARN or a console URL. Or the path of a folder that holds an export.',
      placeholder: 'csq-rs3-acme',
      value: draft.address,
      check: checkAddress,
    }),
  ),
  credentials: field('credentials', (draft, step) =>
    pickStep(step, {
      placeholder: 'Whose credentials read the bucket?',
      choices: credentialChoices(draft),
    }),
  ),
  accessKeyId: field('accessKeyId', (draft, step) =>
    askStep(step, {
      prompt: 'Access key ID',
      placeholder: 'AKIA…',
      value: draft.accessKeyId,
      check: needed,
    }),
  ),
  secretAccessKey: field('secretAccessKey', (draft, step) =>
    askStep(step, {
      prompt: "Secret access key. It is kept in the editor's secret storage, never in settings or logs.",
      value: draft.secretAccessKey,
      isSecret: true,
      check: needed,
    }),
  ),
  sessionToken: field('sessionToken', (draft, step) =>
    askStep(step, {
      prompt: 'Session token, for temporary credentials. Leave it empty for a permanent access key.',
      value: draft.sessionToken,
      isSecret: true,
    }),
  ),
  server: field('server', (draft, step) =>
    pickStep<Draft['server']>(step, {
      placeholder: 'Where is the bucket?',
      active: draft.server,
      choices: [
        { label: 'Amazon S3', value: 'aws' },
        {
          label: 'Another S3-compatible server…',
          description: 'MinIO, Ceph, LocalStack: asks for the address',
          value: 'other',
        },
      ],
    }),
  ),
  endpoint: field('endpoint', (draft, step) =>
    askStep(step, {
      prompt: 'Address of the server',
      placeholder: 'http://127.0.0.1:9000',
      value: draft.endpoint,
      check: (text) =>
        /^https?:\/\/[^/\s]+\/?$/.test(text)
          ? undefined
          : 'An address such as https://s3.example.com is needed, with http:// or https:// and no path.',
    }),
  ),
  region: field('region', (draft, step) =>
    askStep(step, {
      prompt: "Region of the bucket. Leave it empty to find it out from S3's answer.",
      placeholder: parseBucketAddress(draft.address)?.region ?? 'eu-west-1',
      value: draft.region,
      check: (text) => (/^[a-z0-9-]*$/.test(text) ? undefined : 'A region looks like eu-west-1.'),
    }),
  ),
  name: field('name', (draft, step) =>
    askStep(step, {
      prompt: 'Name in the sidebar',
      value: draft.name === '' ? (parseBucketAddress(draft.address)?.bucket ?? '') : draft.name,
      check: needed,
    }),
  ),
};

async function credentialChoices(draft: Draft): Promise<readonly Choice<Draft['credentials']>[]> {
  const profiles = await loadStoreBundle().listProfiles();
  const choices: Choice<Draft['credentials']>[] = [
    {
      label: 'Default credential chain',
      description: 'environment, default profile, container or instance role',
      value: { kind: 'default' },
    },
    ...profiles.map((profile) => ({
      label: profile,
      description: 'profile of the shared AWS configuration',
      value: { kind: 'profile', profile } as const,
    })),
    { label: 'Type an access key…', description: "kept in the editor's secret storage", value: { kind: 'keys' } },
  ];
  // The choice made before comes first, so that Enter keeps it.
  const chosen = choices.findIndex((choice) => JSON.stringify(choice.value) === JSON.stringify(draft.credentials));
  return chosen <= 0
    ? choices
    : [choices[chosen] as Choice<Draft['credentials']>, ...choices.filter((_, index) => index !== chosen)];
}
