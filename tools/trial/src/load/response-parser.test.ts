import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MalformedResponse, ResponseParser } from './response-parser.ts';

const answer = (body: string, { status = 202, headers = '' } = {}): Buffer =>
  Buffer.from(
    `HTTP/1.1 ${status} Word\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\nDate: x\r\n\r\n${body}`,
  );

describe('reading answers', () => {
  test('an answer in one piece is read at once', () => {
    const response = new ResponseParser().push(answer('{"id":"msg_1"}'));
    expect(response?.status).toBe(202);
    expect(response?.body.toString()).toBe('{"id":"msg_1"}');
    expect(response?.keepsAlive).toBe(true);
  });

  test('however an answer is cut into pieces, it is read the same', () => {
    const bytes = answer('Grüße 👋', { status: 503 });
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 })), (cuts) => {
        const parser = new ResponseParser();
        const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
        // One buffer for all pieces, as the socket has.
        const reused = Buffer.alloc(bytes.length);
        const read = ends.map((end, index) => {
          const length = bytes.copy(reused, 0, ends[index - 1] ?? 0, end);
          return parser.push(reused.subarray(0, length));
        });
        expect(read.slice(0, -1).every((response) => response === null)).toBe(true);
        expect(read.at(-1)?.status).toBe(503);
        expect(read.at(-1)?.body.toString()).toBe('Grüße 👋');
      }),
    );
  });

  test('one answer after another is read on the same connection', () => {
    const parser = new ResponseParser();
    expect(parser.push(answer('one'))?.body.toString()).toBe('one');
    expect(parser.push(answer(''))?.body.toString()).toBe('');
    expect(parser.push(answer('three', { status: 429 }))?.status).toBe(429);
  });

  test('a server that closes the connection is heard', () => {
    expect(new ResponseParser().push(answer('', { headers: 'Connection: close\r\n' }))?.keepsAlive).toBe(
      false,
    );
  });

  test.each([
    ['two answers to one request', Buffer.concat([answer('one'), answer('two')])],
    ['no Content-Length', Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')],
    ['another protocol', Buffer.from('SSH-2.0-x\r\ncontent-length: 0\r\n\r\n')],
    ['an interim answer', Buffer.from('HTTP/1.1 100 Continue\r\ncontent-length: 0\r\n\r\n')],
    ['headers without an end', Buffer.alloc(1024 ** 2 + 1, 'x')],
  ])('%s is refused', (_what, bytes) => {
    expect(() => new ResponseParser().push(bytes)).toThrow(MalformedResponse);
  });
});
