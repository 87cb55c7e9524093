import { parseArgs } from 'node:util'
import { ApiException } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { ClusterError } from '../../../../scripts/cluster/cluster-error.ts'
import { describeFailure } from '../../../../scripts/cluster/describe-failure.ts'

const thrownBy = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error
  }
}

test('what the user can mend is said as it is', () => {
  expect(describeFailure(new ClusterError('Docker does not answer.'))).toEqual({ text: 'Docker does not answer.', exitCode: 1 })
})

test('wrong usage is one line and exit code 2', () => {
  const error = thrownBy(() => parseArgs({ args: ['--bogus'], options: {} }))
  expect(describeFailure(error)).toEqual({ text: "Unknown option '--bogus'.", exitCode: 2 })
})

test('a cluster that does not answer is said to, with the reason', () => {
  const error = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:6443') })
  expect(describeFailure(error).text).toBe(
    'The cluster does not answer (connect ECONNREFUSED 127.0.0.1:6443): start it, or choose another with KUBE_CONTEXT.',
  )
})

test('a refusal is the sentence of the API server, whatever form its body has', () => {
  const refused = (body: unknown) => describeFailure(new ApiException(403, 'Forbidden', body, {})).text
  expect(refused('{"message":"pods is forbidden"}')).toBe('The API server refuses this: pods is forbidden')
  expect(refused({ message: 'pods is forbidden' })).toBe('The API server refuses this: pods is forbidden')
  expect(refused('<html>')).toBe('The API server refuses this: status 403')
})

test('what nobody foresaw says where it arose', () => {
  expect(describeFailure(new Error('surprise')).text).toMatch(/^Error: surprise\n +at /)
})
