import { join } from 'node:path';

/** The root of this repository. */
export const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
