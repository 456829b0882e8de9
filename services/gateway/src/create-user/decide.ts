import { z } from 'zod';
import { userFields } from './fields.ts';

const { user_name, first_name, last_name, email, phone, mfa } = userFields.shape;

/** The body of `POST /v1/users`, addresses normalised; only the name is needed. */
export const createUserRequest = z.strictObject({
  user_name,
  first_name: first_name.default(null),
  last_name: last_name.default(null),
  email: email.default(null),
  phone: phone.default(null),
  mfa: mfa.default(false),
});
