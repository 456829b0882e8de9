import type { Message } from '@parley/contracts/message';
import { septetsOf } from './gsm7.ts';

/** How a text travels as SMS, and in how many parts. */
export interface SmsSize {
  encoding: NonNullable<Message['encoding']>;
  segments: number;
}

/** What fits into one SMS: alone, and as a part of several, each of which begins with a header of 6 octets. */
interface Room {
  alone: number;
  part: number;
}

const SEPTETS: Room = { alone: 160, part: 153 };
const UTF16_UNITS: Room = { alone: 70, part: 67 };

/**
 * How a text is encoded as SMS and how many it takes. One character outside the GSM-7 alphabet turns the whole text
 * to UCS-2. No character is split between two parts: neither an extension character of GSM-7 nor a surrogate pair.
 */
// Why no library does it: docs/adr/0006.
export function countSegments(text: string): SmsSize {
  const septets = countSeptets(text);
  if (septets === null)
    return { encoding: 'UCS-2', segments: countParts(text, text.length, UTF16_UNITS, utf16WidthAt) };
  return { encoding: 'GSM-7', segments: countParts(text, septets, SEPTETS, septetsAt) };
}

/** The characters, each once and in their order, because of which a text does not fit the GSM-7 alphabet. */
export function ucs2Characters(text: string): string[] {
  const outside = new Set<string>();
  for (const character of text) if (septetsOf(character.codePointAt(0) ?? 0) === 0) outside.add(character);
  return [...outside];
}

/** Null when a character is outside the alphabet. */
function countSeptets(text: string): number | null {
  let septets = 0;
  for (let at = 0; at < text.length; at += 1) {
    const width = septetsAt(text, at);
    if (width === 0) return null;
    septets += width;
  }
  return septets;
}

type WidthAt = (text: string, at: number) => number;

function septetsAt(text: string, at: number): number {
  return septetsOf(text.charCodeAt(at));
}

/** A surrogate pair counts where it begins. */
function utf16WidthAt(text: string, at: number): number {
  if (isLow(text.charCodeAt(at)) && at > 0 && isHigh(text.charCodeAt(at - 1))) return 0;
  return isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function countParts(text: string, total: number, room: Room, widthAt: WidthAt): number {
  if (total <= room.alone) return 1;
  let parts = 1;
  let used = 0;
  for (let at = 0; at < text.length; at += 1) {
    const width = widthAt(text, at);
    if (used + width > room.part) {
      parts += 1;
      used = 0;
    }
    used += width;
  }
  return parts;
}
