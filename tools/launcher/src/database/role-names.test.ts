import { describe, expect, test } from '@jest/globals';
import { databaseName, quoteName, quoteText, roleUrls } from './role-names.ts';

const passwords = { gateway: 'g', ingest: 'i', dispatcher: 'd', reporting: 'p@ss/w:rd' };

describe('the database of an instance', () => {
  test.each([
    ['postgres://u:p@h:1/postgres', 'parley'],
    ['postgres://u:p@h:1/', 'parley'],
    ['postgres://u:p@h:1', 'parley'],
    ['postgres://u:p@h:1/parley_test', 'parley_test'],
  ])('that %s names is %s', (url, name) => {
    expect(databaseName(url)).toBe(name);
  });
});

test('each role connects as itself to the same server with the same options', () => {
  const urls = roleUrls('postgres://super:secret@db.example:5433/postgres?sslmode=require', passwords);
  expect(urls.gateway).toBe('postgres://parley_gateway:g@db.example:5433/parley?sslmode=require');
  expect(decodeURIComponent(new URL(urls.reporting).password)).toBe('p@ss/w:rd');
  expect(Object.values(urls).join()).not.toContain('secret');
});

test('names and texts cannot leave their quotes', () => {
  expect(quoteName('a"b')).toBe('"a""b"');
  expect(quoteText("a'b")).toBe("'a''b'");
});
