import { z } from 'zod';

/** What an API key may do; `admin` includes the other two. */
export const scope = z.enum(['send', 'read', 'admin']);
export type Scope = z.infer<typeof scope>;
