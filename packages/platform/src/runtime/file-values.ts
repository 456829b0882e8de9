import { readFileSync } from 'node:fs';

/** The environment with what files hold, and every reason why one could not be used. */
export interface FileValues {
  environment: NodeJS.ProcessEnv;
  problems: string[];
}

/**
 * Takes each variable of `names` that is absent from the file that `<name>_FILE` names, as secrets are mounted into
 * containers; white space around it is dropped. Both given is a problem, and so is a file that cannot be read.
 */
export function withFileValues(names: readonly string[], environment: NodeJS.ProcessEnv): FileValues {
  const values: NodeJS.ProcessEnv = { ...environment };
  const problems: string[] = [];
  for (const name of names) {
    const file = environment[`${name}_FILE`];
    if (!file) continue;
    try {
      if (environment[name] !== undefined) throw new Error(`is given, and so is ${name}`);
      values[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      problems.push(`${name}_FILE: ${error instanceof Error ? error.message : 'cannot be read'}`);
    }
  }
  return { environment: values, problems };
}
