import { z } from 'zod';

const USER_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,31}$/;

/** A directory user's name: unique within its account, and neither a phone number nor an e-mail address. */
export const userName = z.string().regex(USER_NAME);

/** Whether somebody can be called so. */
export function isUserName(text: string): boolean {
  return USER_NAME.test(text);
}
