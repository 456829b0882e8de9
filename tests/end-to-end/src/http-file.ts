/** One request of an .http file, its variables not filled in yet. */
export interface HttpFileRequest {
  /** What stands behind the line that separates it from the one before. */
  title: string;
  /** What later requests call it by. */
  name: string | null;
  method: string;
  url: string;
  headers: Record<string, string>;
  /** A text, or a file whose bytes are sent as they are; null = none. */
  body: string | null;
  bodyFile: string | null;
}

/** What an .http file holds: variables and requests, in the order in which they stand there. */
export interface HttpFile {
  variables: Map<string, string>;
  requests: HttpFileRequest[];
}

/** Reads the .http files of the extension REST Client, as far as ours use its language. */
export function readHttpFile(text: string): HttpFile {
  const [head = '', ...blocks] = text.split(/^###/m);
  const variables = [...head.matchAll(/^@(\w+) = (.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  return { variables: new Map(variables), requests: blocks.map(readRequest) };
}

function readRequest(block: string): HttpFileRequest {
  const [title = '', ...lines] = block.split('\n');
  const name = /^# @name (\w+)$/m.exec(block)?.[1] ?? null;
  const said = lines.filter((line) => !line.startsWith('#'));
  const blank = said.indexOf('', 1);
  const [first = '', ...fields] = said.slice(0, blank < 0 ? said.length : blank);
  const [method = '', url = ''] = first.split(' ');
  const rest = blank < 0 ? '' : said.slice(blank).join('\n').trim();
  const bodyFile = /^< (\S+)$/.exec(rest)?.[1] ?? null;
  return {
    title: title.trim(),
    name,
    method,
    url,
    headers: Object.fromEntries(fields.map((field) => field.split(/: (.*)/s, 2))),
    body: rest === '' || bodyFile !== null ? null : rest,
    bodyFile,
  };
}

/**
 * Fills in `{{name}}`, and `{{request.response.body.$.path}}` from the answers of named requests. Throws for what is not
 * there.
 */
export function fillIn(
  text: string,
  variables: ReadonlyMap<string, string>,
  answers: ReadonlyMap<string, unknown>,
): string {
  return text.replaceAll(/\{\{([^}]+)\}\}/g, (_, expression: string) => {
    const [, request = '', path = ''] = /^(\w+)\.response\.body\.\$\.(\S+)$/.exec(expression) ?? [];
    const value = request === '' ? variables.get(expression) : valueAt(answers.get(request), path);
    if (value === undefined) throw new Error(`nothing is known of {{${expression}}}`);
    return fillIn(value, variables, answers);
  });
}

/** What stands at a path such as `data[0].id`. */
function valueAt(answer: unknown, path: string): string | undefined {
  const found = path.split(/[.[\]]+/).reduce<unknown>((value, name) => memberOf(value, name), answer);
  return typeof found === 'string' ? found : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([member]) => member === name)?.[1];
}
