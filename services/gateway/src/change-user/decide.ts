import { userFields } from '../create-user/fields.ts';

/** The body of `PATCH /v1/users/{user_name}`: what is left out stays as it is, null takes away. */
export const changeUserRequest = userFields.partial();
