/** Nothing but this page itself, and a form that comes back here. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
} as const;

/** Asks whether somebody wants no more e-mail: programs that look at links must change nothing. */
export const ASKS = page(
  'Unsubscribe',
  `<p>You will get no more e-mail from this sender.</p>
    <form method="post"><button name="List-Unsubscribe" value="One-Click">Unsubscribe</button></form>`,
);

/** Says that it is done. */
export const DONE = page('Unsubscribed', '<p>You will get no more e-mail from this sender.</p>');

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <style>body { font: 1.1rem sans-serif; margin: 3rem auto; max-width: 30rem; padding: 0 1rem }</style>
  </head>
  <body>
    <h1>${title}</h1>
    ${content}
  </body>
</html>
`;
}
