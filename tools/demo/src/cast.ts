import { randomInt } from 'node:crypto';

/** Somebody in the story: a user of the directory, so that phone and mailbox are one person. */
export interface Person {
  name: string;
  user_name: string;
  phone: string;
  email: string;
}

/** Who is in the story. New ones for each telling: one Parley may hear it twice. */
export interface Cast {
  shop: Person;
  ana: Person;
}

/** Makes the cast. */
export function chooseCast(): Cast {
  const mark = randomInt(36 ** 5).toString(36);
  const person = (name: string): Person => ({
    name,
    user_name: `${name.toLowerCase()}-${mark}`,
    phone: `+1415${randomInt(2_000_000, 9_999_999)}`,
    email: `${name.toLowerCase()}-${mark}@people.example`,
  });
  return { shop: person('Bloom'), ana: person('Ana') };
}
