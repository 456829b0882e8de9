import { z } from 'zod';

/** A directory user's name: unique within its account, and neither a phone number nor an e-mail address. */
export const userName = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,31}$/);
