import { join } from 'node:path';

/** Where everything lies in a data directory. */
export interface DataLayout {
  root: string;
  /** Says that the directory is one of ours and may be emptied by --fresh. */
  marker: string;
  /** The running launcher: `{pid, started, host, port}`. */
  lock: string;
  processes: string;
  secrets: string;
  /** For scripts; exists while the instance is ready. */
  instance: string;
  logs: string;
  postgres: string;
  nats: string;
}

/** The layout of the data directory at the absolute path `root`. */
export function dataLayout(root: string): DataLayout {
  return {
    root,
    marker: join(root, '.parley-data'),
    lock: join(root, 'launcher.pid'),
    processes: join(root, 'processes.json'),
    secrets: join(root, 'secrets.json'),
    instance: join(root, 'parley.json'),
    logs: join(root, 'logs'),
    postgres: join(root, 'postgres'),
    nats: join(root, 'nats'),
  };
}
