import { z } from 'zod';

/**
 * Twilio's id of a message. The signature runs names and values together, so only the form of this id keeps somebody
 * who has seen a signed webhook from cutting another id out of it.
 */
export const messageSid = z.string().regex(/^(?:SM|MM)[0-9a-f]{1,62}$/i, 'is not the SID of a message');
