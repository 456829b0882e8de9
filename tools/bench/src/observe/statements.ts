import type { ProcessView } from '@parley/launcher/instance/start-instance';
import { readText } from '@parley/trial/read-json';

/** SQL statements that the services have executed so far, BEGIN and COMMIT not counted. Throws when one is away. */
export async function countStatements(views: readonly ProcessView[]): Promise<number> {
  const urls = views.flatMap(({ operationsUrl }) => operationsUrl ?? []);
  const pages = await Promise.all(urls.map((url) => readText(`${url}/metrics`)));
  return pages.reduce((sum, page) => sum + counterTotal(page, 'db_statements_total'), 0);
}

/** The sum of all series of a counter in Prometheus' text format; 0 when it is not there. */
export function counterTotal(page: string, name: string): number {
  return page
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => Number(/[} ]\s*(\S+)\s*$/.exec(line)?.[1]))
    .reduce((sum, value) => sum + value, 0);
}
