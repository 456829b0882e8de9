/** Stands for a value that is not to be seen. */
export const MASK = '***';

const SECRET =
  /signature|authorization|cookie|api[-_]?key|token|secret|passw|credential|^(key|auth|sig|hmac|pwd|pass)$/i;

/** Whether what goes by this name, as a header or in the query of a URL, is likely to be secret. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}

const PARAMETER = /([?&])([^=&#]*)=[^&#]*/g;

/** A URL with what is secret in its query masked, and nothing else of it changed. */
export function maskedUrl(url: string): string {
  return url.replace(PARAMETER, (whole, mark: string, name: string) =>
    isSecretName(decoded(name)) ? `${mark}${name}=${MASK}` : whole,
  );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
