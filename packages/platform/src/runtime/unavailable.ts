/**
 * Something we depend on (database, bus, another service) cannot be reached right now. Nothing was done; the
 * same call may succeed later. HTTP answers it with 503, consumers retry it for as long as it takes.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  /** What clients are told of it, in a line of ASCII; null = that a part of the system is down. */
  readonly detail: string | null;

  constructor(
    message: string,
    { detail = null, ...options }: ErrorOptions & { detail?: string | null } = {},
  ) {
    super(message, options);
    this.detail = detail;
  }
}

/** A request was handed over and its answer did not come: it may or may not have been carried out. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
