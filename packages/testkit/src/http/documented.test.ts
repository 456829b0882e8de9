import { expect, test } from '@jest/globals';
import { answerChecker } from './documented.ts';

const schemas = { Thing: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] } };
const schema = { type: 'object', properties: { data: { $ref: '#/components/schemas/Thing' } } };
const get = {
  operationId: 'readThing',
  responses: { 200: { content: { 'application/json': { schema } } }, 204: {} },
};
const put = {
  operationId: 'writeThing',
  requestBody: { content: { 'application/json': { schema } } },
  responses: { 204: {} },
};
const check = answerChecker({ paths: { '/things/{id}': { get, put } }, components: { schemas } });

const asked = (body: unknown) => () =>
  check('PUT', '/things/1', { status: 204, contentType: null, text: '', asked: body });

test('a request that is answered well must be as documented', () => {
  expect(asked({ data: { id: 'a' } })).not.toThrow();
  expect(asked({ data: { id: 1 } })).toThrow('writeThing takes what it is not documented to take');
});

const answered = (method: string, path: string, status: number, body?: unknown) => () =>
  check(method, path, {
    status,
    contentType: body === undefined ? null : 'application/json; charset=utf-8',
    text: body === undefined ? '' : JSON.stringify(body),
  });

test.each([
  ['is as documented', answered('GET', '/things/1?a=b', 200, { data: { id: 'a' } })],
  ['has no content where none is documented', answered('GET', '/things/1', 204)],
  ['is that of a route that is not there', answered('GET', '/nothing', 404, {})],
  ['is that of a method that is not there', answered('PATCH', '/things/1', 405, {})],
])('an answer passes that %s', (_, checking) => {
  expect(checking).not.toThrow();
});

test.each([
  ['lacks a field', answered('GET', '/things/1', 200, { data: {} }), 'otherwise than documented'],
  ['has a field more', answered('GET', '/things/1', 200, { data: { id: 'a', more: 1 } }), 'Unrecognized'],
  ['has another type', answered('GET', '/things/1', 200, { data: { id: 1 } }), 'otherwise than documented'],
  ['has another status', answered('GET', '/things/1', 202, { data: { id: 'a' } }), 'answers 202'],
  ['has content where none is documented', answered('GET', '/things/1', 204, {}), 'as "application/json"'],
  ['has no content where some is documented', answered('GET', '/things/1', 200), 'as ""'],
  ['comes from a route that is not documented', answered('GET', '/other', 200, {}), 'is not documented'],
  ['comes by a method that is not documented', answered('POST', '/things/1', 201, {}), 'is not documented'],
])('an answer is caught that %s', (_, checking, why) => {
  expect(checking).toThrow(why);
});
