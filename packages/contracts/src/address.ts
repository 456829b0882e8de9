import { z } from 'zod';
import type { MessageType } from './message-type.ts';

const NUMBER = /^\+?[1-9]\d{1,14}$/;
const ALPHANUMERIC = /^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 &._-]{0,10}$/;
const EMAIL = /^[^\s@<>()[\],;:"\\]{1,64}@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*$/u;
const MARKDOWN_LINK = /^\[([^\]]+)\]\(mailto:([^)]+)\)$/;
const MAX_EMAIL_CHARACTERS = 254;

/** What an address can be. A sender may be any of them; a recipient of SMS or MMS only a number. */
export const senderKind = z.enum(['number', 'alphanumeric', 'email']);
export type SenderKind = z.infer<typeof senderKind>;

/** An address in its one stored form. */
export interface Address {
  kind: SenderKind;
  address: string;
}

/** A phone number with its "+" (E.164 syntax, no numbering-plan check); null when it is none. Blanks are dropped. */
export function normalizeNumber(input: string): string | null {
  const digits = input.replace(/\s+/g, '');
  if (!NUMBER.test(digits)) return null;
  return digits.startsWith('+') ? digits : `+${digits}`;
}

/**
 * An e-mail address in lower case; null when it is none. `[a@b](mailto:a@b)`, which some editors make of an
 * address, is unwrapped.
 */
export function normalizeEmail(input: string): string | null {
  const trimmed = input.trim();
  const address = (MARKDOWN_LINK.exec(trimmed)?.[1] ?? trimmed).trim().toLowerCase();
  return address.length <= MAX_EMAIL_CHARACTERS && EMAIL.test(address) ? address : null;
}

/** Recognises what an address is and normalises it; null when it is nothing that can send. */
export function parseAddress(input: string): Address | null {
  const number = normalizeNumber(input);
  if (number !== null) return { kind: 'number', address: number };
  const email = normalizeEmail(input);
  if (email !== null) return { kind: 'email', address: email };
  const name = input.trim();
  return ALPHANUMERIC.test(name) ? { kind: 'alphanumeric', address: name } : null;
}

/** Whether an address may send (`from`) or receive (`to`) a message of the type. */
export function fitsType(kind: SenderKind, type: MessageType, role: 'from' | 'to'): boolean {
  if (type === 'email') return kind === 'email';
  if (type === 'chat') return false;
  return kind === 'number' || (kind === 'alphanumeric' && role === 'from');
}

/** The normalised form of an address used as a filter, or the input itself, which then matches nothing. */
export function normalizeForFilter(input: string): string {
  return parseAddress(input)?.address ?? input;
}
