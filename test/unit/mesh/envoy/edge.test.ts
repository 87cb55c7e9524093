import { expect, test } from 'vitest'
import { localReplies, maxBodyBytes } from '../../../../mesh/envoy/edge.ts'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { commonProblems } from '../../../../services/shared/runtime/http/problem.ts'
import { bodyLimit } from '../../../../services/shared/runtime/http/server.ts'
import { input } from './callee.ts'

test('an answer that services know too says the same', () => {
  const shared = localReplies.filter(({ code }) => code in commonProblems)
  expect(shared.length).toBeGreaterThan(3)
  for (const { code, status, title, retryAfter } of shared) {
    const { [code]: known } = commonProblems as Record<string, { status: number; title: string; headers?: Record<string, string> }>
    expect({ status, title, retryAfter: retryAfter === undefined ? undefined : String(retryAfter) }, code).toEqual({
      status: known?.status,
      title: known?.title,
      retryAfter: known?.headers?.['retry-after'],
    })
  }
})

test('the body is bounded as in the services', () => {
  expect(maxBodyBytes).toBe(bodyLimit)
})

test('only the entry has it, and only on the way in', () => {
  const listeners = (edge: boolean) => renderEnvoy({ ...input([]), edge }).listeners.map((listener) => JSON.stringify(listener))
  const [outbound, inbound] = listeners(true)
  expect(inbound).toContain('local_reply_config')
  expect(inbound).toMatch(/envoy\.filters\.http\.fault.*envoy\.filters\.http\.buffer.*envoy\.filters\.http\.router/)
  for (const other of [outbound, ...listeners(false)])
    expect(other).not.toMatch(/local_reply_config|filters\.http\.buffer|max_request_headers_kb/)
})
