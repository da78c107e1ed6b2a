import { avscJobs, type Wanted } from './avscJobs';

// One job of avsc's in a process of its own: `avscMain JOB FILE WANTED`. Tells what it found on stderr; stdout is for what it writes.
const [name = '', file = '', wanted = '{}'] = process.argv.slice(2);
const job = avscJobs[name];
if (job === undefined) throw new Error(`There is no job "${name}".`);
const found = await job(file, JSON.parse(wanted) as Wanted);
process.stderr.write(`${JSON.stringify(found)}\n`);
