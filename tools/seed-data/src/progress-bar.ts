const WIDTH = 30;

/** How far something has come: a bar, a share, a count, messages a second and how long the rest may take. */
export function progressBar(done: number, all: number, elapsedMs: number): string {
  const share = all === 0 ? 1 : done / all;
  const filled = Math.floor(share * WIDTH);
  const perSecond = elapsedMs === 0 ? 0 : (done / elapsedMs) * 1_000;
  const left = perSecond === 0 ? '' : `, ${Math.ceil((all - done) / perSecond)} s left`;
  return (
    `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${Math.floor(share * 100)} %  ` +
    `${done.toLocaleString('en')} of ${all.toLocaleString('en')}, ${Math.round(perSecond).toLocaleString('en')}/s${left}`
  );
}
