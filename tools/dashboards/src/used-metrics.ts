/** Of these metrics, the names of those that an expression of PromQL reads. */
export function usedMetrics(expr: string, metrics: readonly string[]): string[] {
  const words = new Set(expr.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g));
  return metrics.filter((name) => ['', '_bucket', '_sum', '_count'].some((end) => words.has(name + end)));
}

/** What an expression of PromQL reads, whether there is such a metric or not: no labels, functions and operators. */
export function readMetrics(expr: string): string[] {
  const bare = expr
    .replaceAll(/"[^"]*"|\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const words = bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g);
  return [...new Set([...words].map(([word]) => word))].filter((word) => !OPERATORS.has(word));
}

const OPERATORS = new Set(
  'and or unless by without on ignoring group_left group_right offset bool inf nan'.split(' '),
);
