import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** The page on which Swagger UI shows the document. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Parley: the HTTP API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  persistAuthorization: true,
  validatorUrl: null,
});
`;

/** A file that the page asks for. */
export interface ViewerPart {
  type: string;
  text: string;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const FILES: Record<string, string> = {
  'swagger-ui-bundle.js': SCRIPT,
  'swagger-ui.css': 'text/css; charset=utf-8',
};

const { resolve } = createRequire(import.meta.url);
/** Read when they are first asked for, which in most processes is never. */
const read = new Map<string, Promise<string>>();

/** A part of the page by its name; null when it has none of this name. */
export async function loadPart(name: string): Promise<ViewerPart | null> {
  if (name === 'start.js') return { type: SCRIPT, text: START };
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) return null;
  const text = read.get(name) ?? readFile(resolve(`swagger-ui-dist/${name}`), 'utf8');
  read.set(name, text);
  return { type, text: await text };
}
