import { Supervisor } from '../processes/supervisor.ts';
import type { Life } from '../processes/supervisor.ts';
import type { ServerProcess } from '../servers/server-process.ts';

/** One of our own servers under supervision. */
export interface SupervisedServer<Server extends ServerProcess> {
  supervisor: Supervisor;
  /** The server, once it has been started for the first time; throws before. */
  server(): Server;
}

/** Supervises a server that `startFirst` starts for the first time; starts nothing yet. */
export function superviseServer<Server extends ServerProcess>(
  name: string,
  { startFirst, announce }: { startFirst: () => Promise<Server>; announce: (line: string) => void },
): SupervisedServer<Server> {
  let known: Server | null = null;
  const server = (): Server => {
    if (known) return known;
    throw new Error(`${name} has not been started yet`);
  };
  const launch = async (): Promise<Life> => {
    if (known) await known.start();
    known ??= await startFirst();
    return { pid: known.pid, exited: known.exited };
  };
  const supervisor = new Supervisor({ name, announce, launch, end: () => server().stop() });
  return { supervisor, server };
}
