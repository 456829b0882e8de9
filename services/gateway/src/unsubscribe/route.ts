import type { Unsubscription } from '@parley/contracts/unsubscribe';
import { Problem, type Handler, type HttpRequest } from '@parley/platform/http';
import type { Keyring } from '@parley/platform/secrets';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { isOneClick, lineOf, wishOf } from './decide.ts';
import { ASKS, DONE, PAGE_HEADERS } from './pages.ts';

export interface UnsubscribeOptions {
  owners: Pick<Owners, 'readConsent' | 'recordConsent'>;
  keyring: Pick<Keyring, 'ofToken'>;
}

const MAX_BODY_BYTES = 10_000;
/** More than the ledger of an address has lines of the other class, as a rule: the class is looked for among them. */
const LINES = 50;

/** Shows a button: whatever looks at links by itself unsubscribes nobody. */
export function openUnsubscribe({ keyring }: Pick<UnsubscribeOptions, 'keyring'>): Handler {
  return async (request) => {
    wishIn(request, keyring);
    return { status: 200, body: ASKS, headers: PAGE_HEADERS };
  };
}

/** Records that somebody wants no more e-mail: 200 once it is committed, however often it is asked for. */
export function unsubscribe({ owners, keyring }: UnsubscribeOptions): Handler {
  return async (request) => {
    const wish = wishIn(request, keyring);
    const type = request.headers['content-type'] ?? '';
    if (!/^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type))
      throw new Problem('unsupported_media_type', 'Send a form.');
    if (!(await isOneClick(await request.readBody(MAX_BODY_BYTES), type)))
      throw new Problem('validation_failed', 'The form has to say List-Unsubscribe=One-Click.');
    const { account_id, address } = wish;
    const line = lineOf(wish, await owners.readConsent({ account_id, address, limit: LINES }));
    if (line !== null) await owners.recordConsent(line);
    return { status: 200, body: DONE, headers: PAGE_HEADERS };
  };
}

function wishIn({ params }: HttpRequest, keyring: UnsubscribeOptions['keyring']): Unsubscription {
  const wish = wishOf(params['token'] ?? '', keyring);
  if (wish === null) throw new Problem('not_found', 'There is nothing at this path.');
  return wish;
}

/** What it tells of itself. */
export const openUnsubscribeDocs: Operation = {
  id: 'openUnsubscribe',
  summary: 'Ask somebody whether they want no more e-mail',
  description: 'Where the links in marketing by e-mail lead. It changes nothing.',
  reply: { status: 200, is: 'A page with a button.', texts: ['text/html'] },
};

/** What it tells of itself. */
export const unsubscribeDocs: Operation = {
  id: 'unsubscribe',
  summary: 'Want no more e-mail, by one click',
  description:
    'What mail programs send for their users (RFC 8058): a form, urlencoded or multipart, that says ' +
    '`List-Unsubscribe=One-Click`. It needs no key and sets no cookie; the token says who wants no more of what.',
  problems: [
    'body_too_large',
    'unsupported_media_type',
    'validation_failed',
    'unavailable',
    'outcome_unknown',
  ],
  reply: { status: 200, is: 'Committed: they are not written to any more.', texts: ['text/html'] },
};
