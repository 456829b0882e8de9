import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { ResponseParser } from './response-parser.ts';
import type { Response } from './response-parser.ts';

/** One request: which of the run's it is, and when it was meant to start. */
export interface Errand {
  n: number;
  intended: number;
}

/** Hears what becomes of a connection. */
export interface ConnectionListener {
  /** It is open: requests may be sent. */
  opened(connection: Connection): void;
  /** A request got its answer; the next may be sent. */
  answered(connection: Connection, response: Response, errand: Errand): void;
  /** It is gone, and with it the answer to a request; null when none was under way. */
  lost(connection: Connection, errand: Errand | null): void;
}

const READ_BYTES = 16 * 1024;

/** One keep-alive connection to a loopback server, with one request at a time. Opens when told to, also again. */
export class Connection {
  readonly #target: { host: string; port: number };
  readonly #listener: ConnectionListener;
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES);
  #parser = new ResponseParser();
  #socket: Socket | null = null;
  #errand: Errand | null = null;
  #sentAt = 0;

  constructor(target: { host: string; port: number }, listener: ConnectionListener) {
    this.#target = target;
    this.#listener = listener;
  }

  /** Since when the request under way has been waiting for its answer; null when none is. */
  get waitingSince(): number | null {
    return this.#errand === null ? null : this.#sentAt;
  }

  /** Whether a request may be sent: it is open and none is under way. */
  get isFree(): boolean {
    return this.#socket?.readyState === 'open' && this.#errand === null;
  }

  /** Connects; `opened` or `lost` follows. */
  open(): void {
    this.#parser = new ResponseParser();
    const socket = connect({
      ...this.#target,
      noDelay: true,
      // One buffer for the life of the connection instead of a new one for every answer.
      onread: { buffer: this.#buffer, callback: (length) => this.#read(length) },
    });
    this.#socket = socket;
    socket.once('connect', () => this.#listener.opened(this));
    // Followed by `close`, which is where it is dealt with.
    socket.on('error', () => {});
    socket.once('close', () => this.#closed());
  }

  /** Sends a request. Only on an open connection with nothing under way. */
  send(request: string, errand: Errand, now: number): void {
    this.#errand = errand;
    this.#sentAt = now;
    this.#socket?.write(request, 'latin1');
  }

  /** Closes at once; `lost` follows. */
  destroy(): void {
    this.#socket?.destroy();
  }

  #read(length: number): boolean {
    const response = this.#parse(length);
    const errand = this.#errand;
    if (response === null || errand === null) return true;
    this.#errand = null;
    if (!response.keepsAlive) this.#socket?.end();
    this.#listener.answered(this, response, errand);
    return true;
  }

  #parse(length: number): Response | null {
    try {
      return this.#parser.push(this.#buffer.subarray(0, length));
    } catch {
      // What cannot be read is an answer that never came.
      this.#socket?.destroy();
      return null;
    }
  }

  #closed(): void {
    const errand = this.#errand;
    this.#errand = null;
    this.#listener.lost(this, errand);
  }
}
