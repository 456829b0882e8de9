/** The fields of a form (application/x-www-form-urlencoded), decoded, in the order in which they stand. */
export function formFields(body: Buffer): URLSearchParams {
  return new URLSearchParams(body.toString('utf8'));
}
