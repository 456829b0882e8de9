import { LoadGenerator } from './load-generator.ts';
import { loadCommand } from './protocol.ts';
import type { LoadNews } from './protocol.ts';

// The load generator's process: it shares its event loop with nothing, so what it measures is the server.

const PROGRESS_MS = 250;

let generator: LoadGenerator | null = null;

process.on('message', (message) => {
  const command = loadCommand.parse(message);
  if (command.kind === 'start') generator = start(new LoadGenerator(command.plan));
  else void generator?.measure(command.seconds).then((report) => tell({ kind: 'report', report }));
});
process.on('disconnect', () => process.exit(0));
// A Ctrl-C reaches the whole terminal; the parent decides what it means.
process.on('SIGINT', () => {});

function start(started: LoadGenerator): LoadGenerator {
  setInterval(() => tell({ kind: 'progress', ...started.progress }), PROGRESS_MS);
  return started;
}

function tell(news: LoadNews): void {
  // Nobody listens any more when the parent has just gone; `disconnect` follows.
  process.send?.(news, undefined, undefined, () => {});
}
