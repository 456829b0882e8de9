import { Problem, type Route } from '@parley/platform/http';
import type { DescribedRoute } from './operation.ts';
import { describeOperation } from './operations.ts';
import { loadPart, PAGE } from './viewer.ts';
import { writeDocument } from './write-document.ts';

/** Nothing but what this server serves; the viewer sets styles and shows its icons as data. */
const CONTENT_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";
const KEPT = { 'cache-control': 'public, max-age=3600' };

/** These routes, and those that describe all of them for programs and for people; `operations` need no key. */
export function describeApi(routes: readonly DescribedRoute[], operations: readonly Route[]): Route[] {
  const open = [...operations, ...describing(() => document)].map(describeOperation);
  const all = [...routes, ...open];
  const document: string = JSON.stringify(writeDocument(all));
  return all;
}

function describing(document: () => string): Route[] {
  return [
    { method: 'GET', path: '/openapi.json', handle: async () => ({ status: 200, body: document() }) },
    {
      method: 'GET',
      path: '/docs',
      handle: async () => ({
        status: 200,
        body: PAGE,
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CONTENT_POLICY },
      }),
    },
    {
      method: 'GET',
      path: '/docs/:file',
      handle: async ({ params }) => {
        const part = await loadPart(params['file'] ?? '');
        if (part === null) throw new Problem('not_found', 'There is nothing at this path.');
        return { status: 200, body: part.text, headers: { 'content-type': part.type, ...KEPT } };
      },
    },
  ];
}
