import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { valuesOf } from '../../../../../../services/shared/runtime/process/text-values.ts'

const schema = Type.Object({ n: Type.Integer(), x: Type.Number(), b: Type.Boolean(), s: Type.String(), list: Type.Array(Type.Integer()) })

test('plain values become what the schema asks for', () => {
  expect(valuesOf(schema, { n: '-12', x: '1.5', b: 'false', s: '1', list: '3' })).toEqual({ n: -12, x: 1.5, b: false, s: '1', list: [3] })
  expect(valuesOf(schema, { list: ['1', '2'], other: '1' })).toEqual({ list: [1, 2], other: '1' })
})

test.each(['', ' ', '1e3', '0x10', '1,5', 'NaN', '01', '٣', 'true'])('%j is no number and stays as it is', (text) => {
  expect(valuesOf(schema, { n: text })).toEqual({ n: text })
})

test('inherited names are none of the schema', () => {
  expect(valuesOf(schema, { constructor: '1' })).toEqual({ constructor: '1' })
})
