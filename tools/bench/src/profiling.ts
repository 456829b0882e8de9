import { ownDirectory } from '@parley/launcher/data/own-directory';
import type { InstanceOptions } from '@parley/launcher/instance/start-instance';
import { fromTyped } from '@parley/trial/own-instance';

/**
 * Options for Node with which every program of ours writes its CPU profile into `directory`, as the person wrote it;
 * it is made when it is not there. None for null.
 */
export async function profilingArguments(
  directory: string | null,
): Promise<NonNullable<InstanceOptions['nodeArgsOf']>> {
  if (directory === null) return {};
  const path = await ownDirectory(fromTyped(directory), '--profile');
  const args = (program: string): string[] => [
    '--cpu-prof',
    `--cpu-prof-dir=${path}`,
    `--cpu-prof-name=${program}.cpuprofile`,
  ];
  const programs = ['gateway', 'ingest', 'dispatcher', 'reporting', 'simulator'] as const;
  return Object.fromEntries(programs.map((program) => [program, args(program)]));
}
