import { createServer } from 'node:http';

// The least an HTTP server in Node can do with a message: take it, and answer 202 with the same bytes.

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    response.writeHead(202, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.on('disconnect', () => process.exit(0));
// A Ctrl-C reaches the whole terminal; the parent decides what it means.
process.on('SIGINT', () => {});
