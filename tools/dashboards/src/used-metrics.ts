/** Of these metrics, the names of those that an expression of PromQL reads. */
export function usedMetrics(expr: string, metrics: readonly string[]): string[] {
  const words = new Set(expr.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g));
  return metrics.filter((name) => ['', '_bucket', '_sum', '_count'].some((end) => words.has(name + end)));
}
