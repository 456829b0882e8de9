import { fileURLToPath } from 'node:url';

/** Where the clone is. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the bootstrap keeps in the clone, out of version control: Node 24, its lock, its logs. */
export const toolchain = `${root}.toolchain`;

/** Held by the one who installs something. */
export const lockFile = `${toolchain}/lock`;
