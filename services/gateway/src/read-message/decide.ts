/**
 * The first answer that is something. Null when everyone has answered and has nothing; rejects with a failure when
 * nobody has it and not everyone could be asked.
 */
export async function firstFound<T>(answers: readonly Promise<T | null>[]): Promise<T | null> {
  const found = answers.map(async (answer) => (await answer) ?? Promise.reject(NOTHING));
  try {
    return await Promise.any(found);
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    const failure = error.errors.find((reason) => reason !== NOTHING);
    if (failure === undefined) return null;
    throw failure;
  }
}

const NOTHING = new Error('has nothing');
