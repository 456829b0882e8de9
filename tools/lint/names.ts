const banned = ['util', 'utils', 'common', 'shared', 'helper', 'helpers', 'manager', 'managers'];

/**
 * Finds a word in a path that could stand for anything.
 * @param path from the root of the repository
 */
export function emptyWord(path: string): string | undefined {
  return path.split(/[/.-]/).find((word) => banned.includes(word.toLowerCase()));
}
