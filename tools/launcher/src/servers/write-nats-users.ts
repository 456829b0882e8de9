import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../repository.ts';
import { natsUsersFile } from './nats-users.ts';

// Brings ops/nats/users.conf up to date with the contracts.
const path = join(REPOSITORY, 'ops', 'nats', 'users.conf');
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, natsUsersFile());
