/** Stands for a value that is not to be seen. */
export const MASK = '***';

const SECRET =
  /signature|authorization|cookie|(api|access|account|auth|private|shared)[-_]?key|token|secret|passw|credential|^key$|(^|[-_.])(auth|sig|hmac|pwd|pass)$/i;

/** Whether what goes by this name, as a header or in the query of a URL, is likely to be secret. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}

const PARAMETER = /([?&])([^=&#]*)=[^&#]*/g;

/** A URL with what is secret in its query masked, and nothing else of it changed. */
export function maskedUrl(url: string): string {
  return url.replace(PARAMETER, (whole, mark: string, name: string) =>
    isSecretParameter(name) ? `${mark}${name}=${MASK}` : whole,
  );
}

/** Whether what goes by this name, as it is written in a URL, is likely to be secret. */
export function isSecretParameter(name: string): boolean {
  return isSecretName(decoded(name));
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
