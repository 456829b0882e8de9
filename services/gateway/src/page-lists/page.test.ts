import { describe, expect, test } from '@jest/globals';
import { Problem } from '@parley/platform/http';
import { z } from 'zod';
import { writeCursor } from './cursor.ts';
import { EMPTY, listReply, toPage } from './page.ts';
import { pagingParameters, readParameters } from './parameters.ts';

const list = { name: 'things', account_id: 'acme', filter: null };
const key = { at: '2026-01-15T10:00:00.000Z', id: 'a' };
const cursor = writeCursor(key, list);
const parameters = z.strictObject(pagingParameters);
const pageOf = (query: string) => toPage(readParameters(parameters, new URLSearchParams(query)), list);

function pointers(query: string): string[] {
  try {
    pageOf(query);
  } catch (error) {
    if (error instanceof Problem) return (error.options.errors ?? []).map((one) => one.pointer);
    throw error;
  }
  return [];
}

describe('the page that is wanted', () => {
  test.each([
    ['', { style: 'keyset', after: null, limit: 50 }],
    ['limit=200', { style: 'keyset', after: null, limit: 200 }],
    [`cursor=${cursor}`, { style: 'keyset', after: key, limit: 50 }],
    [`cursor=${cursor}&limit=1`, { style: 'keyset', after: key, limit: 1 }],
    ['page=3', { style: 'offset', page: 3, per_page: 20 }],
    ['per_page=100', { style: 'offset', page: 1, per_page: 100 }],
  ])('for "%s" is %j', (query, expected) => {
    expect(pageOf(query)).toEqual(expected);
  });

  test.each([
    ['limit=0', ['#/limit']],
    ['limit=201', ['#/limit']],
    ['limit=ten', ['#/limit']],
    ['limit=', ['#/limit']],
    ['limit=1e2', ['#/limit']],
    ['limit=99999999999999999999', ['#/limit']],
    ['page=0', ['#/page']],
    ['page=-1', ['#/page']],
    ['per_page=101', ['#/per_page']],
    ['cursor=', ['#/cursor']],
    ['cursor=abc', ['#/cursor']],
    ['page=1&limit=10', ['#/page']],
    [`cursor=${cursor}&per_page=10`, ['#/per_page']],
    ['zap=1&zip=2', ['#/zap', '#/zip']],
    ['limit=1&limit=2', ['#/limit']],
  ])('cannot be "%s"', (query, expected) => {
    expect(pointers(query)).toEqual(expected);
  });
});

describe('the answer of a list', () => {
  const two = { rows: [1, 2], next: key, total: null };
  const double = (row: number) => row * 2;

  test('in cursor style tells how to go on', () => {
    const reply = listReply(two, pageOf('limit=2'), list, double);
    expect(reply).toEqual({ status: 200, body: { data: [2, 4], next_cursor: cursor, has_more: true } });
  });

  test('in cursor style ends with null', () => {
    const { body } = listReply({ ...two, next: null }, pageOf(''), list, double);
    expect(body).toEqual({ data: [2, 4], next_cursor: null, has_more: false });
  });

  test('in page style counts', () => {
    const { body } = listReply({ ...two, total: 41 }, pageOf('page=2'), list, double);
    expect(body).toEqual({ data: [2, 4], meta: { total: 41, page: 2, per_page: 20, pages: 3 } });
  });

  test('without rows has the same shape', () => {
    expect(listReply(EMPTY, pageOf(''), list, double).body).toEqual({
      data: [],
      next_cursor: null,
      has_more: false,
    });
    expect(listReply(EMPTY, pageOf('page=1'), list, double).body).toEqual({
      data: [],
      meta: { total: 0, page: 1, per_page: 20, pages: 0 },
    });
  });
});
