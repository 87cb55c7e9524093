import { expect, test } from 'vitest'
import { modifyRuntime, runtimeOverrides } from '../../../../scripts/envoy-admin/runtime.ts'
import { answering } from './answering.ts'

test('only what the admin layer has was set by hand', async () => {
  const answer = (value: string) => ({
    layers: ['static', 'admin'],
    entries: {
      'fault.http.abort.abort_percent': { final_value: value || '0', layer_values: ['0', value] },
      'upstream.healthy_panic_threshold': { final_value: '1', layer_values: ['1', ''] },
    },
  })
  const { admin, asked } = answering(answer('100'))
  expect(await runtimeOverrides(admin)).toEqual(['fault.http.abort.abort_percent'])
  expect(asked).toEqual(['GET /runtime'])
  expect(await runtimeOverrides(answering(answer('')).admin)).toEqual([])
  expect(await runtimeOverrides(answering({ layers: ['static'], entries: answer('100').entries }).admin)).toEqual([])
})

test('values are set with one request; an empty one takes the override away', async () => {
  const { admin, asked } = answering({})
  await modifyRuntime(admin, { 'fault.http.abort.abort_percent': '100', 'fault.http.abort.http_status': '' })
  expect(asked).toEqual(['POST /runtime_modify?fault.http.abort.abort_percent=100&fault.http.abort.http_status='])
})
