import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readInstanceFile } from '@parley/launcher/instance/instance-file';
import { freePort } from '@parley/launcher/processes/free-port';
import { REPOSITORY } from '@parley/launcher/repository';
import { backupStory, type BackupStory } from './backup-story.ts';
import { documentedCommands, paste } from './documented-commands.ts';
import { outsideProvider, type OutsideProvider } from './outside-provider.ts';

// Building the images takes minutes where that has not been done.
const HAS_DOCKER = process.env['PARLEY_TEST_INFRA'] === 'docker';
const LONG_MS = 900_000;

/** A project of its own, whose files lie in `folder`: to each command its name and ports are told by the environment. */
interface Project {
  folder: string;
  baseUrl: string;
  env: Record<string, string>;
}

async function aProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-backup-'));
  const [gateway, prometheus] = [String(await freePort()), String(await freePort())];
  return {
    folder,
    baseUrl: `http://127.0.0.1:${gateway}`,
    env: {
      COMPOSE_PROJECT_NAME: `parley-backup-${gateway}`,
      COMPOSE_FILE: join(REPOSITORY, 'docker-compose.yml'),
      COMPOSE_PROFILES: '',
      PORT: gateway,
      PROMETHEUS_PORT: prometheus,
      PRIVATE_PROVIDERS: `simulator,${HOST}/32`,
    },
  };
}

/** Where containers reach this machine. */
const HOST = HAS_DOCKER
  ? execFileSync('docker', ['network', 'inspect', 'bridge', '-f', '{{(index .IPAM.Config 0).Gateway}}'], {
      encoding: 'utf8',
    }).trim()
  : '';

let project: Project | undefined;
let outside: OutsideProvider | undefined;
let story: BackupStory | undefined;

/** Runs a line as it stands, except that ours is not the project that lies in the folder. */
async function carryOut(line: string): Promise<string> {
  if (project === undefined) throw new Error('there is no project');
  return paste(line, { cwd: project.folder, env: project.env });
}

(HAS_DOCKER ? describe : describe.skip)('in containers (skipped unless PARLEY_TEST_INFRA=docker)', () => {
  beforeAll(async () => {
    project = await aProject();
    outside = await outsideProvider({ gatewayUrl: project.baseUrl, host: HOST });
    await carryOut('docker compose up --build --wait');
    const file = join(project.folder, 'parley.json');
    await writeFile(file, await carryOut('docker compose run --rm --no-deps -T setup parley.json'));
    const endpoint = await readInstanceFile(file);
    if (endpoint === null) throw new Error('it does not say where it is');
    story = await backupStory(endpoint, outside);
  }, LONG_MS);

  afterAll(async () => {
    await story?.close();
    if (project !== undefined) await carryOut('docker compose down -v');
    await outside?.close();
    if (project !== undefined) await rm(project.folder, { recursive: true, force: true });
  }, LONG_MS);

  test(
    'a dump that is taken under load and restored as documented has lost nothing and sends nothing twice',
    async () => {
      const [backup, restore, ...rest] = documentedCommands('Of containers');
      expect(rest).toEqual([]);
      await story?.beforeTheBackup();
      for (const line of backup ?? []) await carryOut(line);
      await story?.betweenBackupAndLoss();
      for (const line of restore ?? []) await carryOut(line);
      await story?.afterTheRestore();
    },
    LONG_MS,
  );
});
