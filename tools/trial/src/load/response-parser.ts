/** One whole answer. */
export interface Response {
  status: number;
  /** Valid until the next `push`: copy what is to be kept. */
  body: Buffer;
  /** Whether the server lets the connection be used again. */
  keepsAlive: boolean;
}

/** What came is not an answer this parser can read; the connection cannot be used any further. */
export class MalformedResponse extends Error {
  override readonly name = 'MalformedResponse';
}

const MAX_RESPONSE_BYTES = 1024 ** 2;
const HEAD_END = '\r\n\r\n';

/**
 * Reads the answers of one connection on which at most one request is under way: HTTP/1.1 with Content-Length,
 * which is all that is measured here. Far cheaper than a complete client, and the load generator shares the
 * machine with what it measures.
 */
export class ResponseParser {
  #begun: Buffer | null = null;

  /**
   * Takes the next bytes, which may be overwritten afterwards. Returns the answer once it is whole, else null.
   * Throws MalformedResponse for anything but a single answer with a Content-Length, 1 MiB at most.
   */
  push(chunk: Buffer): Response | null {
    const bytes = this.#begun === null ? chunk : Buffer.concat([this.#begun, chunk]);
    const response = parse(bytes);
    if (response !== null) this.#begun = null;
    else this.#begun = bytes === chunk ? Buffer.from(chunk) : bytes;
    return response;
  }
}

function parse(bytes: Buffer): Response | null {
  if (bytes.length > MAX_RESPONSE_BYTES) throw new MalformedResponse('an answer is longer than 1 MiB');
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  // Up to and including the line break that ends the last header.
  const head = bytes.toString('latin1', 0, headEnd + 2);
  const bodyStart = headEnd + HEAD_END.length;
  const end = bodyStart + contentLength(head);
  if (bytes.length < end) return null;
  if (bytes.length > end) throw new MalformedResponse('more came than one answer');
  return {
    status: statusOf(head),
    body: bytes.subarray(bodyStart),
    keepsAlive: !/\r\nconnection:[ \t]*close\r/i.test(head),
  };
}

function statusOf(head: string): number {
  const status = /^HTTP\/1\.1 ([2-5]\d\d)[ \r]/.exec(head)?.[1];
  if (status === undefined) throw new MalformedResponse(`no answer begins with ${head.slice(0, 40)}`);
  return Number(status);
}

function contentLength(head: string): number {
  const length = /\r\ncontent-length:[ \t]*(\d+)[ \t]*\r/i.exec(head)?.[1];
  if (length === undefined) throw new MalformedResponse('an answer has no Content-Length');
  return Number(length);
}
