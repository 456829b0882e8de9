import { basename, dirname, extname, join } from 'node:path';
import { createStream } from 'rotating-file-stream';

/** A file that log lines go to, besides stdout. */
export interface LogFile {
  /** Of the whole project: each service puts its name before the extension. */
  path: string;
  /** A larger one is moved to `<name>.1`, that to `.2`, and so on. */
  maxBytes: number;
  /** How many older ones are kept. */
  backups: number;
}

/** What takes log lines: not sooner than it likes, but all of them by the end of a flush. */
export interface LineSink {
  write(line: string): void;
  flush(done: () => void): void;
}

const BLOCK_BYTES = 8_192;
const FLUSH_MS = 250;
/** Most that waits for the disk, in characters; what comes then is lost, or a stuck disk would take all memory. */
const MAX_WAITING = 4 * 1024 * 1024;

/** The path of a service's own file: `app.log` is `app.gateway.log`. */
export function ownPath(path: string, service: string): string {
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}.${service}${extension}`);
}

/**
 * Opens a service's log file; lines are written in blocks, at the latest after a quarter of a second. When it cannot be
 * written, `onError` hears of it and its lines are lost; so are, told of once when it begins and once when it is over,
 * those that come while more than 4 MiB wait for the disk.
 */
export function openLogFile(
  { path, maxBytes, backups }: LogFile,
  service: string,
  onError: (error: Error) => void,
): LineSink {
  const own = ownPath(path, service);
  const stream = createStream((index) => nameOf(basename(own), index), {
    path: dirname(own),
    size: `${maxBytes}B`,
    ...(backups > 0 && { rotate: backups }),
  });
  stream.on('error', onError);
  let block: string[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let waiting = 0;
  let lost = 0;

  function writeBlock(done: () => void = () => {}): void {
    clearTimeout(timer);
    timer = undefined;
    const [text, lines] = [block.join(''), block.length];
    [block, bytes] = [[], 0];
    if (waiting + text.length > MAX_WAITING) {
      if (lost === 0) onError(new Error('the disk does not keep up, lines are lost'));
      lost += lines;
      return done();
    }
    waiting += text.length;
    stream.write(text, () => {
      waiting -= text.length;
      if (lost > 0 && waiting === 0) {
        onError(new Error(`the disk keeps up again, ${lost} lines were lost`));
        lost = 0;
      }
      done();
    });
  }

  return {
    write: (line) => {
      block.push(line);
      bytes += line.length;
      if (bytes >= BLOCK_BYTES) writeBlock();
      else timer ??= setTimeout(writeBlock, FLUSH_MS).unref();
    },
    flush: writeBlock,
  };
}

function nameOf(name: string, index: unknown): string {
  return typeof index === 'number' && index > 0 ? `${name}.${index}` : name;
}
