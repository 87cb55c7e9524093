import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { identityCodec } from '../../../../../../services/shared/runtime/event-sourcing/decider.ts'

test('a state that is JSON is its own snapshot', () => {
  const schema = Type.Object({ cents: Type.Integer() })
  const state = { cents: 5 }
  const codec = identityCodec(schema, 2)
  expect(codec).toMatchObject({ foldVersion: 2, schema })
  expect([codec.toJson(state), codec.fromJson(state)]).toEqual([state, state])
})
