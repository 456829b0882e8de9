import { expect, test } from '@jest/globals';
import { TrialProgress } from './progress.ts';

class Recorder {
  readonly isTTY: boolean;
  text = '';

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }

  /** What a terminal would show at the end: of each line what was written after it was last cleared. */
  get lines(): string[] {
    return this.text.split('\n').map((line) => line.split('\u001B[2K').at(-1) ?? '');
  }
}

test.each([true, false])(
  'work ends with one line that tells its last state (terminal: %p)',
  async (isTTY) => {
    const screen = new Recorder(isTTY);
    let state = 'nothing';
    const progress = new TrialProgress(screen);
    const result = await progress.live(
      () => state,
      async () => (state = 'all sent'),
    );
    expect(result).toBe('all sent');
    expect(screen.lines).toEqual(['  ✓ all sent', '']);
  },
);

test('work that fails is marked, and its failure passed on', async () => {
  const screen = new Recorder(false);
  const failing = new TrialProgress(screen).live(
    () => '3 sent',
    () => Promise.reject(new Error('broken')),
  );
  await expect(failing).rejects.toThrow('broken');
  expect(screen.lines).toEqual(['  ✗ 3 sent', '']);
});
