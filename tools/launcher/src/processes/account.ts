import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A user of this machine. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** True when this process may become any user. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The users in the text of a passwd file, in its order. */
export function parsePasswd(text: string): Account[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4 && !fields[0]?.startsWith('#'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }));
}

/** The user that servers unwilling to run as root are given: postgres, else nobody, else the first that is not root. */
export function chooseUnprivileged(accounts: readonly Account[]): Account | undefined {
  const others = accounts.filter(({ uid }) => uid !== 0);
  return (
    others.find(({ name }) => name === 'postgres') ??
    others.find(({ name }) => name === 'nobody') ??
    others[0]
  );
}

/** This machine's users; empty where there is no passwd file to read. */
export function listAccounts(): Account[] {
  try {
    return parsePasswd(readFileSync('/etc/passwd', 'utf8'));
  } catch {
    return [];
  }
}

/** Whether `account` can enter `directory`: asked of the system itself, which knows about modes, ACLs and mounts. */
export function canEnter(account: Account, directory: string): boolean {
  const answer = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], {
    cwd: '/',
    uid: account.uid,
    gid: account.gid,
    stdio: 'ignore',
  });
  return answer.status === 0;
}
