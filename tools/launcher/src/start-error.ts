/** Why something could not be started; a closed set, so that callers decide by code and never by wording. */
export type StartErrorCode =
  | 'missing_binary'
  | 'port_in_use'
  | 'broken_data_directory'
  | 'not_permitted'
  | 'not_ready'
  | 'already_running'
  | 'bad_usage';

/**
 * A failure the person at the keyboard can act on. The message is one whole sentence that names what is wrong
 * and what to do about it; it is meant to be printed as it stands, without a stack.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.code = code;
  }
}

/** The `code` of a Node system error (`ENOENT`, `EACCES` …), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What went wrong, in the words of whatever was thrown. */
export function reasonOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return hasMessage && error.message !== '' ? String(error.message) : (systemCode(error) ?? String(error));
}
