import { join } from 'node:path';

/** The root of this repository. */
export const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** Where an instance keeps everything unless it is told another place. */
export const DEFAULT_DATA = join(REPOSITORY, '.parley');
