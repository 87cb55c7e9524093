import { expect, test } from 'vitest'
import { compareApis } from '../../../../scripts/schemas/compare-apis.ts'

const answerOf = (schema: object) => ({ 200: { description: 'Here', content: { 'application/json': { schema } } } })
const order = { type: 'object', required: ['total'], properties: { total: { type: 'integer', maximum: 100 }, note: { type: 'string' } } }
const wish = { type: 'object', required: ['sku'], properties: { sku: { type: 'string', maxLength: 40 } }, additionalProperties: false }
const operation = {
  operationId: 'placeOrder',
  security: [],
  parameters: [{ in: 'query', name: 'limit', required: false, schema: { type: 'integer', maximum: 100 } }],
  requestBody: { required: true, content: { 'application/json': { schema: wish } } },
  responses: answerOf(order),
}
const documentWith = (changed: object, path = '/v1/orders') => ({ v1: { openapi: '3.1.0', paths: { [path]: { post: changed } } } })
const recorded = documentWith(operation)
const breaking = (changes: object) => compareApis(recorded, documentWith({ ...operation, ...changes })).breaking
const sent = (schema: object) => ({ requestBody: { required: true, content: { 'application/json': { schema } } } })
const answered = (schema: object) => ({ responses: answerOf(schema) })
const limit = (changes: object) => ({ parameters: [{ ...operation.parameters[0], ...changes }] })

test('what is as it was breaks nobody, and is recorded', () => {
  expect(compareApis(recorded, recorded)).toEqual({ breaking: [], unrecorded: [] })
})

test.each<[string, object]>([
  ['a parameter that may be left out', { parameters: [...operation.parameters, { in: 'query', name: 'after', schema: {} }] }],
  ['a wider bound of a parameter', limit({ schema: { type: 'integer', maximum: 1000 } })],
  ['a property that may be left out', sent({ ...wish, properties: { ...wish.properties, gift: { type: 'boolean' } } })],
  ['more in an answer', answered({ ...order, properties: { ...order.properties, tax: { type: 'integer' } } })],
  ['more that is always in an answer', answered({ ...order, required: ['total', 'note'] })],
  ['a narrower bound of an answer', answered({ ...order, properties: { ...order.properties, total: { type: 'integer', maximum: 50 } } })],
  ['another refusal', { responses: { ...operation.responses, 409: { description: 'No' } } }],
  ['another summary', { summary: 'Other words' }],
])('%s breaks nobody, but wants to be recorded', (_what, changes) => {
  expect(breaking(changes)).toEqual([])
  expect(compareApis(recorded, documentWith({ ...operation, ...changes })).unrecorded).toEqual(['v1'])
})

test.each<[string, object, string]>([
  ['a parameter that is gone', { parameters: [] }, 'query limit: removed'],
  ['a parameter that is wanted now', limit({ required: true }), 'query limit: became required'],
  ['a parameter that takes less', limit({ schema: { type: 'integer', maximum: 10 } }), 'query limit: /: maximum fell'],
  [
    'a new parameter that is wanted',
    { parameters: [...operation.parameters, { in: 'header', name: 'x', required: true }] },
    'header x: new and required',
  ],
  [
    'a property that is wanted',
    sent({ ...wish, required: ['sku', 'gift'], properties: { ...wish.properties, gift: {} } }),
    'body: /gift: new and required',
  ],
  [
    'a property that is not taken any more',
    sent({ ...wish, properties: {}, required: [] }),
    'body: /sku: removed, and no other fields are allowed',
  ],
  ['less in an answer', answered({ ...order, properties: { total: order.properties.total } }), '200: /note: removed'],
  ['something that is no longer always there', answered({ ...order, required: [] }), '200: /total: no longer always there'],
  [
    'a wider bound of an answer',
    answered({ ...order, properties: { ...order.properties, total: { type: 'integer', maximum: 1000 } } }),
    '200: from what is answered now to what was recorded: /total: maximum fell',
  ],
  [
    'another type in an answer',
    answered({ ...order, properties: { ...order.properties, total: { type: 'string' } } }),
    '200: from what is answered now to what was recorded: /total: type changed from "string" to "integer"',
  ],
  ['another status', { responses: { 201: operation.responses[200] } }, '200: no longer answered'],
  ['another name', { operationId: 'order' }, 'operationId became order: generated clients call it by name'],
  ['a door that was open', { security: [{ bearer: [] }] }, 'callers must now say who they are'],
])('%s breaks callers', (_what, changes, expected) => {
  expect(breaking(changes)).toContain(`POST /v1/orders: ${expected}`)
})

test('a route or a version that is gone breaks callers; a new one does not', () => {
  expect(compareApis(recorded, documentWith(operation, '/v1/other')).breaking).toEqual(['POST /v1/orders: removed'])
  expect(compareApis(recorded, {}).breaking).toEqual(['v1: removed'])
  expect(compareApis({}, recorded)).toEqual({ breaking: [], unrecorded: ['v1'] })
})
