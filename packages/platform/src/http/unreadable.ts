import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem, problemReply } from './problem.ts';
import type { HttpReply } from './route.ts';
import { newTraceId } from '../tracing/context.ts';

/**
 * Answers with a problem what never becomes a request, because Node cannot read it or nobody meets its expectation.
 * `count` is told the status of each answer.
 */
export function answerUnreadable(server: Server, count: (status: number) => void): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else count(refuse(socket, problemOf(error.code)));
  });
  server.on('checkExpectation', (_, response) => {
    const problem = new Problem('expectation_failed', 'The only expectation that is met is 100-continue.');
    const { status, headers, text } = textOf(problem);
    count(status);
    response.writeHead(status, headers).end(text);
  });
}

function problemOf(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers_too_large', 'All headers together are larger than they may be.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request_timeout', 'The request took too long to arrive.');
    case 'HPE_INVALID_METHOD':
      return new Problem('invalid_request', 'There is no such method.');
    default:
      return new Problem('invalid_request', 'It cannot be read as HTTP.');
  }
}

/** Ends a connection with a problem and returns its status. */
function refuse(socket: Duplex, problem: Problem): number {
  const { status, headers, text } = textOf(problem);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', text].join('\r\n'));
  return status;
}

function textOf(problem: Problem): Required<Pick<HttpReply, 'status' | 'headers'>> & { text: string } {
  const { status, headers, body } = problemReply(problem, newTraceId());
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  return { status, headers: { ...headers, 'content-length': length, connection: 'close' }, text };
}
