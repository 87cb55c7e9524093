import { ApiException } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { ClusterError } from '../../../../scripts/cluster/cluster-error.ts'
import { describeFailure, inOneLine } from '../../../../scripts/cluster/describe-failure.ts'

test('what the user can mend is said as it is', () => {
  expect(describeFailure(new ClusterError('Docker does not answer.'))).toBe('Docker does not answer.')
})

test('a cluster that does not answer is said to, with the reason', () => {
  const error = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:6443') })
  expect(describeFailure(error)).toBe(
    'The cluster does not answer (connect ECONNREFUSED 127.0.0.1:6443): start it, or choose another with KUBE_CONTEXT.',
  )
})

test('a refusal is the sentence of the API server, whatever form its body has', () => {
  const refused = (body: unknown) => describeFailure(new ApiException(403, 'Forbidden', body, {}))
  expect(refused('{"message":"pods is forbidden"}')).toBe('The API server refuses this: pods is forbidden')
  expect(refused({ message: 'pods is forbidden' })).toBe('The API server refuses this: pods is forbidden')
  expect(refused('<html>')).toBe('The API server refuses this: status 403')
})

test('what nobody foresaw says where it arose', () => {
  expect(describeFailure(new Error('surprise'))).toMatch(/^Error: surprise\n +at /)
})

test('a command that fails by it ends with 1, or with what the error itself says', async () => {
  await expect(inOneLine(Promise.reject(new TypeError('fetch failed')))).rejects.toMatchObject({ name: 'CommandError', exitCode: 1 })
  await expect(inOneLine(Promise.reject(new ClusterError('still there', 4)))).rejects.toMatchObject({ message: 'still there', exitCode: 4 })
})
