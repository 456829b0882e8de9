const tickMs = 1_000;

/**
 * Does some work and tells on standard error how long it takes, once it takes longer than `quietMs`: on a
 * terminal one line that counts the seconds, elsewhere one line at the start and one at the end.
 * @template T
 * @param {string} what what is happening, as in 'Installing dependencies'
 * @param {() => Promise<T>} work
 * @param {{ quietMs?: number }} [options] two seconds unless told otherwise
 * @returns {Promise<T>} what the work returns; if it throws, that
 */
export async function withProgress(what, work, { quietMs = 2_000 } = {}) {
  const started = Date.now();
  const { isTTY } = process.stderr;
  const seconds = () => `${Math.round((Date.now() - started) / 1_000)} s`;
  let shown = false;
  const show = () => {
    if (isTTY) process.stderr.write(`\r\u001b[K${what} ... ${seconds()}`);
    else if (!shown) process.stderr.write(`${what} ...\n`);
    shown = true;
  };
  const first = setTimeout(show, quietMs);
  const next = setInterval(() => shown && show(), tickMs);
  /** @param {string} end */
  const finish = (end) => shown && process.stderr.write(`${isTTY ? '\r\u001b[K' : ''}${what}: ${end}\n`);
  try {
    const result = await work();
    finish(`done in ${seconds()}`);
    return result;
  } catch (error) {
    finish(`failed after ${seconds()}`);
    throw error;
  } finally {
    clearTimeout(first);
    clearInterval(next);
  }
}
